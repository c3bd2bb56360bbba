import { addDays, dayIn, startOfDay } from '@/lib/days';

/** How far back the page looks. Each has the step that makes a few dozen bars of it. */
export const RANGES = ['hour', 'day', 'month'] as const;
export type Range = (typeof RANGES)[number];

export const STEP_OF = { hour: 'minute', day: 'hour', month: 'day' } as const;

const HOUR_MS = 3_600_000;
const HOURS = 24;
const DAYS = 30;

/** The range that an address asks for; the last hour when it asks for none. */
export function rangeOf(search: URLSearchParams): Range {
  const asked = search.get('range');
  return RANGES.find((range) => range === asked) ?? 'hour';
}

/** Where a range of more than an hour begins that ends now: with a whole step, so that the first bar is as wide as the others. */
export function fromOf(range: Exclude<Range, 'hour'>, timezone: string, now: Date): string {
  const thisHour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const from = range === 'day' ? new Date(thisHour - (HOURS - 1) * HOUR_MS) : startOfDay(timezone, addDays(dayIn(timezone, now), 1 - DAYS));
  return `${from.toISOString().slice(0, 19)}Z`;
}
