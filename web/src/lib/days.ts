/** A calendar day in the brand's zone, `YYYY-MM-DD`. */
export type Day = string;

const MINUTE = 60_000;
const MILLISECONDS_PER_DAY = 86_400_000;
const PATTERN = /^\d{4}-\d{2}-\d{2}$/;

function toUtc(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function fromUtc(milliseconds: number): Day {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** The text as a day, when it is one. */
export function parseDay(text: string | null | undefined): Day | undefined {
  if (text === null || text === undefined || !PATTERN.test(text)) return undefined;
  const at = toUtc(text);
  return Number.isNaN(at) || fromUtc(at) !== text ? undefined : text;
}

/** The day `days` later (earlier when negative). */
export function addDays(day: Day, days: number): Day {
  return fromUtc(toUtc(day) + days * MILLISECONDS_PER_DAY);
}

/** Days from `from` to `to`. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((toUtc(to) - toUtc(from)) / MILLISECONDS_PER_DAY);
}

/** Which business day an instant lies in. */
export function dayIn(timezone: string, instant: Date): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(instant);
}

/** When a day begins: the first minute of it, which is not always midnight. */
export function startOfDay(timezone: string, day: Day): Date {
  // Zones are at most 14 hours away from UTC: between these two the day begins.
  let [before, at] = [toUtc(day) / MINUTE - 15 * 60, toUtc(day) / MINUTE + 15 * 60];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dayIn(timezone, new Date(middle * MINUTE)) < day) before = middle;
    else at = middle;
  }
  return new Date(at * MINUTE);
}

/** The last day that is over and has events: yesterday, or the last event's day when that is earlier. */
export function lastCompleteDay(timezone: string, lastEventDay: Day | null | undefined, now: Date): Day {
  const yesterday = addDays(dayIn(timezone, now), -1);
  return lastEventDay !== null && lastEventDay !== undefined && lastEventDay < yesterday ? lastEventDay : yesterday;
}
