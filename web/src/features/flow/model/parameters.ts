import type { Day } from '@/lib/days';
import { addDays, daysBetween, parseDay } from '@/lib/days';

export const PRESETS = [
  { days: 7, name: 'week' },
  { days: 30, name: 'month' },
  { days: 90, name: 'quarter' },
] as const;
const DEFAULT_DAYS = 7;

export type FlowView = 'matrix' | 'sankey';
export type FlowParameters = { from: Day; to: Day; days: number; view: FlowView; cell: { from: string; to: string } | undefined };

/** What the address asks for: two days (a week up to the shown day by default), a view, an open cell. */
export function flowParameters(search: URLSearchParams, asOf: Day): FlowParameters {
  const asked = [parseDay(search.get('from')), parseDay(search.get('to'))] as const;
  const isAsked = asked[0] !== undefined && asked[1] !== undefined && asked[0] < asked[1];
  const to = isAsked ? (asked[1] ?? asOf) : asOf;
  const from = isAsked ? (asked[0] ?? asOf) : addDays(asOf, -DEFAULT_DAYS);
  const [start, end, ...rest] = (search.get('cell') ?? '').split('-');
  const cell = start !== undefined && start !== '' && end !== undefined && end !== '' && rest.length === 0 ? { from: start, to: end } : undefined;
  return { from, to, days: daysBetween(from, to), view: search.get('view') === 'sankey' ? 'sankey' : 'matrix', cell };
}
