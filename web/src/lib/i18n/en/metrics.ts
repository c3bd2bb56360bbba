import type { metrics as zh } from '../zh/metrics';

export const metrics: typeof zh = {
  total: { name: 'Active consumers', text: 'Consumers in any stage of the chain on the day, each counted once.' },
  stage: { text: 'Consumers in “{{stage}}” on the day. Each is in one stage a day, the deepest that holds.' },
  active_consumers: { name: 'Active consumers', text: 'Consumers in any stage of the chain on the day, each counted once.' },
  cumulative_consumers: { name: 'Cumulative consumers', text: 'Consumers who were ever in the chain up to the day, lost ones included.' },
  wow_growth: { name: 'Weekly growth rate', text: '(Active on the day − active 7 days before) ÷ active 7 days before.' },
  potential_customer_ratio: { name: 'Potential : customer', text: '(Awareness + Interest) : (Purchase + Loyalty). — when there is no customer.' },
  weekly_deepening_rate: {
    name: 'Weekly deepening rate',
    text: 'Consumers in the chain 7 days before who are in a deeper stage on the day ÷ active 7 days before. Newcomers are not counted.',
  },
};
