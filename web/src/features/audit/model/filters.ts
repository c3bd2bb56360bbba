import type { Day } from '@/lib/days';
import { addDays, parseDay } from '@/lib/days';

export const OUTCOMES = ['done', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type AuditFilters = { scope: 'brand' | 'all'; actor?: string; action?: string; outcome?: Outcome; from?: Day; to?: Day };

/** Filters as the address has them; what makes no sense is left out. */
export function filtersOf(search: URLSearchParams): AuditFilters {
  const outcome = OUTCOMES.find((each) => each === search.get('outcome'));
  const [actor, action, from, to] = [search.get('actor'), search.get('action'), parseDay(search.get('from')), parseDay(search.get('to'))];
  return {
    scope: search.get('scope') === 'all' ? 'all' : 'brand',
    ...(actor === null || actor === '' ? {} : { actor }),
    ...(action === null || action === '' ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function offsetMinutes(timezone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /([+-])(\d{2}):(\d{2})/.exec(name);
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

/** The instant at which a day begins in a zone. */
export function startOfDay(day: Day, timezone: string): string {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const guess = new Date(midnight - offsetMinutes(timezone, new Date(midnight)) * 60_000);
  // The offset at the guess decides, when clocks were changed in between.
  const start = new Date(midnight - offsetMinutes(timezone, guess) * 60_000);
  return `${start.toISOString().slice(0, 19)}Z`;
}

/** What the server is asked: days of the brand's zone as instants, the last day included. */
export function questionOf({ actor, action, outcome, from, to }: AuditFilters, timezone: string): Record<string, string> {
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from: startOfDay(from, timezone) }),
    ...(to === undefined ? {} : { to: startOfDay(addDays(to, 1), timezone) }),
  };
}
