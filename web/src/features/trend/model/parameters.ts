import type { TrendView } from '@/charts/trend/option';
import type { Day } from '@/lib/days';
import { addDays, daysBetween, parseDay } from '@/lib/days';

export const PRESETS = [7, 30, 90, 365] as const;
const DEFAULT_DAYS = 30;
const LONGEST_DAYS = 1_100;

export type TrendParameters = { from: Day; to: Day; preset: number | undefined; view: TrendView; stages: string[] | undefined };

/** What the address asks for; what it leaves out or spells wrong falls back to the last 30 days, all stages, apart. */
export function trendParameters(search: URLSearchParams, asOf: Day): TrendParameters {
  const view = search.get('view') === 'lines' ? 'lines' : 'multiples';
  const stages = search.get('stages')?.split(',').filter((code) => code !== '');
  const from = parseDay(search.get('from'));
  const to = parseDay(search.get('to'));
  if (from !== undefined && to !== undefined && from <= to && daysBetween(from, to) <= LONGEST_DAYS) {
    return { from, to, preset: undefined, view, stages };
  }
  const asked = Number(search.get('range'));
  const preset = PRESETS.find((days) => days === asked) ?? DEFAULT_DAYS;
  return { from: addDays(asOf, 1 - preset), to: asOf, preset, view, stages };
}
