import type { AccountPart, AccountParts } from '@/lib/account';
import { ACCOUNT_PARTS } from '@/lib/account';
import type { Day } from '@/lib/days';
import { addDays, dayIn } from '@/lib/days';

import type { ChartTable } from '../ChartFrame';

export type ArrivalStep = 'minute' | 'hour' | 'day';
/** What came, by step and source; steps in which nothing came are left out. */
export type Arrivals = { from: string; to: string; step: ArrivalStep; counts: ({ at: string } & AccountParts)[] };

export type ArrivalsModel = {
  step: ArrivalStep;
  /** Under the axis: short. */
  labels: string[];
  /** Of each step in full. */
  titles: string[];
  series: { part: AccountPart; name: string; values: number[] }[];
  totals: number[];
};

const MINUTE = 60_000;
const LENGTH = { minute: MINUTE, hour: 60 * MINUTE };

/** What became of events, step after step in the brand's zone; where nothing came stands zero. */
export function arrivalsModel(arrivals: Arrivals, timezone: string, nameOf: (part: AccountPart) => string): ArrivalsModel {
  const { step } = arrivals;
  const steps = step === 'day' ? daysOf(arrivals, timezone) : instantsOf(arrivals, step, timezone);
  const placeOf = new Map(steps.map((each, place) => [each.key, place]));
  const keyOf = (at: string) => (step === 'day' ? dayIn(timezone, new Date(at)) : Math.floor(Date.parse(at) / LENGTH[step]));
  const series = ACCOUNT_PARTS.map((part) => ({ part, name: nameOf(part), values: steps.map(() => 0) }));
  for (const counted of arrivals.counts) {
    const place = placeOf.get(keyOf(counted.at));
    if (place === undefined) continue;
    for (const { part, values } of series) values[place] = (values[place] ?? 0) + counted[part];
  }
  return {
    step,
    labels: steps.map((each) => each.label),
    titles: steps.map((each) => each.title),
    series,
    totals: steps.map((_, place) => series.reduce((sum, each) => sum + (each.values[place] ?? 0), 0)),
  };
}

type NamedStep = { key: Day | number; label: string; title: string };

/** The end is not included, so that the last day is that of the instant before. */
function daysOf({ from, to }: Arrivals, timezone: string): NamedStep[] {
  const last = dayIn(timezone, new Date(Date.parse(to) - 1));
  const days: Day[] = [];
  for (let day = dayIn(timezone, new Date(from)); day <= last; day = addDays(day, 1)) days.push(day);
  return days.map((day) => ({ key: day, label: day.slice(5), title: day }));
}

function instantsOf({ from, to }: Arrivals, step: 'minute' | 'hour', timezone: string): NamedStep[] {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const length = LENGTH[step];
  const first = Math.floor(Date.parse(from) / length);
  const end = Math.ceil(Date.parse(to) / length);
  return Array.from({ length: Math.max(0, end - first) }, (_, place) => {
    const at = new Date((first + place) * length);
    const [day, time] = [dayIn(timezone, at), clock.format(at)];
    // Where hours cross midnight, the day says so.
    return { key: first + place, label: step === 'hour' && time === '00:00' ? day.slice(5) : time, title: `${day} ${time}` };
  });
}

/** The step in which most came; the first of equals, and none when nothing came. */
export function peakOf(model: ArrivalsModel): { title: string; total: number } | undefined {
  const total = Math.max(0, ...model.totals);
  const title = model.titles[model.totals.indexOf(total)];
  return total === 0 || title === undefined ? undefined : { title, total };
}

/** The same as rows, newest first. */
export function arrivalsTable(model: ArrivalsModel, words: { time: string; total: string }, write: (value: number) => string): ChartTable {
  const rows = model.titles.map((title, place) => [title, ...model.series.map((each) => each.values[place] ?? 0), model.totals[place] ?? 0]).reverse();
  return {
    columns: [words.time, ...model.series.map((each) => each.name), words.total],
    rows,
    texts: rows.map((row) => row.map((cell) => (typeof cell === 'number' ? write(cell) : cell))),
  };
}
