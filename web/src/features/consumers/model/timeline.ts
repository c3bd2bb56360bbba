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

/** The time of day in the brand's zone, where the business day is counted. */
export function timeIn(timezone: string, instant: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(instant));
}
