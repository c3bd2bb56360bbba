import type { AssetMetrics, AssetsDocument } from '@/api/types';

export type StageRow = { stage: string; consumers: number; share: number; dayBefore: number | null; weekBefore: number | null };

/** Each stage with what it was a day and a week before; null while, or when, that is not known. */
export function stageRows(now: AssetsDocument, dayBefore: AssetsDocument | undefined, weekBefore: AssetsDocument | undefined): StageRow[] {
  const countIn = (document: AssetsDocument | undefined, stage: string) => document?.stages.find((each) => each.stage === stage)?.consumers ?? null;
  return now.stages.map((each) => ({ ...each, dayBefore: countIn(dayBefore, each.stage), weekBefore: countIn(weekBefore, each.stage) }));
}

/** `total_consumers` is the total above. */
export type MetricKey = Exclude<keyof AssetMetrics, 'total_consumers'>;
export type MetricKind = 'count' | 'relative' | 'rate' | 'ratio';

/** Every metric, in reading order, and how its number is written. */
export const METRICS: { key: MetricKey; kind: MetricKind }[] = [
  { key: 'active_consumers', kind: 'count' },
  { key: 'cumulative_consumers', kind: 'count' },
  { key: 'wow_growth', kind: 'relative' },
  { key: 'weekly_deepening_rate', kind: 'rate' },
  { key: 'potential_customer_ratio', kind: 'ratio' },
];

/** The stage that most are in; undefined when nobody is in any. */
export function largestStage(document: AssetsDocument): { stage: string; share: number } | undefined {
  return document.total === 0 ? undefined : document.stages.reduce((best, each) => (each.consumers > best.consumers ? each : best));
}
