/** How much was done when. */
export type Sample = { at: number; done: number };

const WINDOW_MS = 10_000;
/** Below this nothing sure can be said. */
const LEAST_MS = 500;

/** The samples with one more; only the last seconds are kept, and none of before a step back (a new phase). */
export function withSample(samples: readonly Sample[], next: Sample): Sample[] {
  const last = samples.at(-1);
  if (last !== undefined && next.done < last.done) return [next];
  return [...samples.filter((sample) => next.at - sample.at <= WINDOW_MS), next];
}

/** What is done in a second, as it was lately; undefined while too little is known. */
export function ratePerSecond(samples: readonly Sample[]): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
  return ((last.done - first.done) / (last.at - first.at)) * 1000;
}

/** Seconds until everything is done at this rate. */
export function secondsLeft(rate: number | undefined, done: number, total: number | null | undefined): number | undefined {
  if (rate === undefined || rate <= 0 || total === null || total === undefined || done >= total) return undefined;
  return (total - done) / rate;
}
