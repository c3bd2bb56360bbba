import type { Day } from './days';

/** The trend document's shape that these functions read; its days carry one count per stage code. */
type TrendLike = { stages: string[]; days: ({ day: string; total: number } & Record<string, unknown>)[] };

export type TrendSeries = { code: string; values: number[] };
export type Trend = { days: Day[]; series: TrendSeries[]; totals: number[] };

/** Daily counts, one series per stage, shallowest first. */
export function trendOf(document: TrendLike): Trend {
  return {
    days: document.days.map((row) => row.day),
    series: document.stages.map((code) => ({ code, values: document.days.map((row) => Number(row[code] ?? 0)) })),
    totals: document.days.map((row) => row.total),
  };
}

/** Last minus first; 0 without two days. */
export function changeOf(values: number[]): number {
  return (values.at(-1) ?? 0) - (values[0] ?? 0);
}

/** A change as a share of where it began; null where that is 0. */
export function relativeChange(before: number | null | undefined, after: number | null | undefined): number | null {
  if (before === null || before === undefined || after === null || after === undefined || before === 0) return null;
  return (after - before) / before;
}
