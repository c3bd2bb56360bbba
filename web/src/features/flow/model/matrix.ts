import type { FlowDocument } from '@/api/types';
import type { MoveKind } from '@/lib/stages';
import { moveKind, OUTSIDE_CODE } from '@/lib/stages';

export type MatrixCell = {
  from: string;
  to: string;
  consumers: number;
  /** Flowed ÷ at start; null for those from outside, whose number at start is not known. */
  rate: number | null;
  kind: MoveKind;
  /** 0 … 1 against the largest move; those who kept their stage are not compared. */
  heat: number;
};

export type Matrix = {
  codes: string[];
  rows: { from: string; start: number | null; cells: (MatrixCell | undefined)[] }[];
  columns: { to: string; end: number }[];
  totals: Record<MoveKind, number>;
  /** In the chain on the first day. */
  start: number;
  /** Deepened ÷ in the chain on the first day. */
  deepeningRate: number | null;
  largest: MatrixCell | undefined;
};

/** Stage codes of a flow, shallowest first, when the rule set does not say: as they come. */
export function codesOf(document: FlowDocument, known: string[] | undefined): string[] {
  if (known !== undefined && known.length > 0) return known;
  const order = ['A', 'I', 'P', 'L'];
  const found = [...new Set(document.cells.flatMap((cell) => [cell.from, cell.to]))].filter((code) => code !== OUTSIDE_CODE);
  return found.every((code) => order.includes(code)) ? order : found.sort();
}

/** The flow as rows (where from) and columns (where to), outside last. */
export function matrixOf(document: FlowDocument, codes: string[]): Matrix {
  const sides = [...codes, OUTSIDE_CODE];
  const countOf = new Map(document.cells.map((cell) => [`${cell.from}-${cell.to}`, cell.consumers]));
  const sumWhere = (test: (cell: FlowDocument['cells'][number]) => boolean) =>
    document.cells.filter(test).reduce((sum, cell) => sum + cell.consumers, 0);
  const largestMove = Math.max(1, ...document.cells.filter((cell) => cell.from !== cell.to).map((cell) => cell.consumers));

  const rows = sides.map((from) => {
    const start = from === OUTSIDE_CODE ? null : sumWhere((cell) => cell.from === from);
    const cells = sides.map((to): MatrixCell | undefined => {
      if (from === OUTSIDE_CODE && to === OUTSIDE_CODE) return undefined;
      const consumers = countOf.get(`${from}-${to}`) ?? 0;
      const kind = moveKind(from, to, codes);
      return { from, to, consumers, kind, rate: start === null || start === 0 ? null : consumers / start, heat: kind === 'kept' ? 0 : consumers / largestMove };
    });
    return { from, start, cells };
  });

  const all = rows.flatMap((row) => row.cells).filter((cell) => cell !== undefined);
  const totals: Record<MoveKind, number> = { new: 0, deepened: 0, kept: 0, fell_back: 0, lost: 0 };
  for (const cell of all) totals[cell.kind] += cell.consumers;
  const start = sumWhere((cell) => cell.from !== OUTSIDE_CODE);
  const moves = all.filter((cell) => cell.kind !== 'kept' && cell.consumers > 0);
  return {
    codes,
    rows,
    columns: sides.map((to) => ({ to, end: sumWhere((cell) => cell.to === to) })),
    totals,
    start,
    deepeningRate: start === 0 ? null : totals.deepened / start,
    largest: moves.length === 0 ? undefined : moves.reduce((best, cell) => (cell.consumers > best.consumers ? cell : best)),
  };
}

/** The same as rows of a file. */
export function flowRows(matrix: Matrix): (string | number | null)[][] {
  return matrix.rows.flatMap((row) => row.cells.flatMap((cell) => (cell === undefined || cell.consumers === 0 ? [] : [[cell.from, cell.to, cell.consumers, cell.rate]])));
}
