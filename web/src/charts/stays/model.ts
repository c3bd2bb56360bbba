import type { Day } from '@/lib/days';
import { addDays, daysBetween } from '@/lib/days';

/** A stay in a stage as the server tells it: half-open, its end far away when nothing ends it. */
export type Stay = { stage: string; from_day: Day; to_day?: Day | null | undefined };
/** A part of a stay: lived, or what decay alone would leave. */
export type StayPart = { stage: string; from: Day; to: Day | undefined; isProjected: boolean };

const NEVER = '9999-01-01';

/** The day that a stay ends before; undefined when nothing ends it. */
export function endOf(stay: Stay): Day | undefined {
  const { to_day } = stay;
  return to_day === null || to_day === undefined || to_day >= NEVER ? undefined : to_day;
}

/** The stay that a day lies in. */
export function stayOn(stays: readonly Stay[], day: Day): Stay | undefined {
  return stays.find((stay) => stay.from_day <= day && day < (endOf(stay) ?? NEVER));
}

/** Stays cut where the events end: what comes after is projected. */
export function partsOf(stays: readonly Stay[], projectedFrom: Day): StayPart[] {
  return stays.flatMap((stay): StayPart[] => {
    const to = endOf(stay);
    const whole = { stage: stay.stage, from: stay.from_day, to };
    if (stay.from_day >= projectedFrom) return [{ ...whole, isProjected: true }];
    if (to !== undefined && to <= projectedFrom) return [{ ...whole, isProjected: false }];
    return [
      { ...whole, to: projectedFrom, isProjected: false },
      { ...whole, from: projectedFrom, isProjected: true },
    ];
  });
}

export type StaysModel = { parts: (StayPart & { shownTo: Day })[]; stages: string[]; from: Day; to: Day; asOf: Day };

const LEAST_AHEAD = 30;

/** What the picture shows: all of the past, and of the decay to come a quarter as much. */
export function staysModel(stays: readonly Stay[], stages: string[], asOf: Day, projectedFrom: Day): StaysModel | undefined {
  const first = stays[0]?.from_day;
  if (first === undefined) return undefined;
  const from = first < asOf ? first : asOf;
  const now = asOf > projectedFrom ? asOf : projectedFrom;
  const ahead = Math.max(LEAST_AHEAD, Math.ceil(daysBetween(from, now) / 4));
  const parts = partsOf(stays, projectedFrom);
  const lastEnd = parts.reduce((last, part) => (part.to === undefined || part.to > last ? (part.to ?? NEVER) : last), now);
  const edge = addDays(now, ahead);
  const to = lastEnd < edge ? addDays(lastEnd, 1) : edge;
  const known = [...new Set([...stages, ...parts.map((part) => part.stage)])];
  return {
    parts: parts.filter((part) => part.from < to).map((part) => ({ ...part, shownTo: part.to === undefined || part.to > to ? to : part.to })),
    stages: known,
    from,
    to,
    asOf,
  };
}
