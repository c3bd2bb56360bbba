import type { trend as zh } from '../zh/trend';

export const trend: typeof zh = {
  title: 'Full link',
  question: 'How did the number of consumers in each stage go over time?',
  what: 'daily stage counts',
  range: 'Range',
  from_to: 'From and to',
  days: '{{count, plural(one: day; other: days)}}',
  custom: 'Custom',
  stages: 'Stages',
  view: 'View',
  multiples: 'Apart',
  lines: 'Together',
  rules: 'Rule set',
  rules_default: 'Brand default',
  answer: 'From {{from}} to {{to}} the chain went from {{before}} to {{after}} ({{change}}); {{stage}} changed most, by {{stage_change}}.',
  chart: '{{stage}} changed most: {{change}}',
  chart_flat: 'No stage changed',
  description: 'Daily consumers in {{stages}}, {{from}} to {{to}}',
  table: 'Daily counts',
  empty: 'Nobody was in the chain in these days. Choose others, or import data first.',
  no_stage: 'Choose at least one stage.',
};
