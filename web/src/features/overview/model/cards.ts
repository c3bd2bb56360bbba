import type { Overview } from '@/api/types';
import { relativeChange, trendOf } from '@/lib/trend';

export type StageCard = {
  /** `total`, or a stage's code. */
  code: string;
  value: number;
  share: number | null;
  sinceDay: number | null;
  sinceWeek: number | null;
  trend: number[];
};

/** The whole chain and each stage: value, changes, and the last 30 days. */
export function stageCards(overview: Overview): StageCard[] {
  const { assets, day_before, week_before } = overview;
  const trend = trendOf(overview.trend);
  const total: StageCard = {
    code: 'total',
    value: assets.total,
    share: null,
    sinceDay: relativeChange(day_before.total, assets.total),
    sinceWeek: relativeChange(week_before.total, assets.total),
    trend: trend.totals,
  };
  const stages = assets.stages.map(({ stage, consumers, share }): StageCard => {
    const before = (stages: Overview['day_before']['stages']) => stages.find((each) => each.stage === stage)?.consumers;
    return {
      code: stage,
      value: consumers,
      share,
      sinceDay: relativeChange(before(day_before.stages), consumers),
      sinceWeek: relativeChange(before(week_before.stages), consumers),
      trend: trend.series.find((each) => each.code === stage)?.values ?? [],
    };
  });
  return [total, ...stages];
}

/** Whether nothing was ever deposited. */
export function isEmptyBrand(overview: Overview): boolean {
  return overview.assets.total === 0 && overview.assets.metrics.cumulative_consumers === 0;
}
