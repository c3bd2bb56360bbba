import type { Day } from '@/lib/days';
import type { Trend } from '@/lib/trend';

import type { ChartTable } from '../ChartFrame';

/** A vertical line on the time axis. */
export type Marker = { day: Day; text: string };

export type TrendModel = {
  days: Day[];
  series: { code: string; name: string; values: number[] }[];
  codes: string[];
  markers: Marker[];
};

/** What the chart shows: the chosen stages, with markers that lie in its days. */
export function trendModel(trend: Trend, chosen: string[], nameOf: (code: string) => string, markers: Marker[]): TrendModel {
  const days = new Set(trend.days);
  return {
    days: trend.days,
    series: trend.series.filter((each) => chosen.includes(each.code)).map((each) => ({ ...each, name: nameOf(each.code) })),
    codes: trend.series.map((each) => each.code),
    markers: markers.filter((marker) => days.has(marker.day)),
  };
}

/** The same as rows, newest first. */
export function trendTable(model: TrendModel, totals: number[], words: { day: string; total: string }, write: (value: number) => string): ChartTable {
  const rows = model.days.map((day, place) => [day, ...model.series.map((each) => each.values[place] ?? null), totals[place] ?? null]).reverse();
  return {
    columns: [words.day, ...model.series.map((each) => each.name), words.total],
    rows,
    texts: rows.map((row) => row.map((cell) => (typeof cell === 'number' ? write(cell) : (cell ?? '—')))),
  };
}
