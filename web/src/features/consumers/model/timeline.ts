import type { ConsumerEvent } from '@/api/types';
import type { Day } from '@/lib/days';

/** Events by business day, in the order that they come in. */
export function groupByDay(events: readonly ConsumerEvent[]): { day: Day; events: ConsumerEvent[] }[] {
  const groups: { day: Day; events: ConsumerEvent[] }[] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last?.day === event.day) last.events.push(event);
    else groups.push({ day: event.day, events: [event] });
  }
  return groups;
}

/** Events with keys of what they say, so that lines stay the same when newer ones come before them. */
export function keyed(events: readonly ConsumerEvent[]): { key: string; event: ConsumerEvent }[] {
  const seen = new Map<string, number>();
  return events.map((event) => {
    const said = JSON.stringify(event);
    const times = (seen.get(said) ?? 0) + 1;
    seen.set(said, times);
    return { key: `${said} ${times}`, event };
  });
}

/** The time of day in the brand's zone, where the business day is counted. */
export function timeIn(timezone: string, instant: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant));
}
