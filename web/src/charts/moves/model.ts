import type { MoveKind } from '@/lib/stages';

import type { ChartTable } from '../ChartFrame';

/** How many made each kind of move; those who kept their stage are no move. */
export type MoveBar = { kind: Exclude<MoveKind, 'kept'>; name: string; consumers: number; isUp: boolean };

type Counts = { new: number; deepened: number; fell_back: number; lost: number };

export function moveBars(counts: Counts, nameOf: (kind: MoveKind) => string): MoveBar[] {
  return (['new', 'deepened', 'fell_back', 'lost'] as const).map((kind) => ({
    kind,
    name: nameOf(kind),
    consumers: counts[kind],
    isUp: kind === 'new' || kind === 'deepened',
  }));
}

export function moveTable(bars: MoveBar[], words: { kind: string; consumers: string }, write: (value: number) => string): ChartTable {
  return {
    columns: [words.kind, words.consumers],
    rows: bars.map((bar) => [bar.name, bar.consumers]),
    texts: bars.map((bar) => [bar.name, write(bar.consumers)]),
  };
}
