import type { assets as zh } from '../zh/assets';

export const assets: typeof zh = {
  title: 'Asset analysis',
  question: 'How many consumers were in each stage on a day, and is the asset healthy?',
  what: 'the asset report',
  answer: 'On {{day}} {{total}} consumers were in the chain, most of them ({{share}}) in {{stage}}; potential : customer is {{ratio}}.',
  answer_empty: 'On {{day}} nobody was in the chain.',
  stages: 'Stages',
  change_day: 'vs day before',
  change_week: 'vs last week',
  metrics: 'Asset metrics',
  metric: 'Metric',
  value: 'Value',
  week_before: 'Last week',
  next: 'Go on',
  next_flow: 'See how they moved this week',
  next_trend: 'See the last 30 days',
  export: 'Download CSV',
};
