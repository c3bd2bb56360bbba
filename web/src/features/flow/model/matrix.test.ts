import { expect, test } from 'vitest';

import type { FlowDocument } from '@/api/types';

import { codesOf, flowRows, matrixOf } from './matrix';
import { flowParameters } from './parameters';
import { selectionWords } from './selection';

const FLOW: FlowDocument = {
  brand: 'b',
  rule_set: 'aipl@1',
  from: '2026-10-01',
  to: '2026-10-31',
  vault_version: 1,
  cells: [
    { from: 'none', to: 'A', consumers: 50 },
    { from: 'A', to: 'A', consumers: 60 },
    { from: 'A', to: 'P', consumers: 30 },
    { from: 'A', to: 'none', consumers: 10 },
    { from: 'P', to: 'A', consumers: 5 },
  ],
  outside: { never: 40, lost: 10 },
};

test('rows sum to who was there at the start, columns to who was at the end', () => {
  const matrix = matrixOf(FLOW, ['A', 'I', 'P', 'L']);
  expect(matrix.rows.map((row) => [row.from, row.start])).toEqual([['A', 100], ['I', 0], ['P', 5], ['L', 0], ['none', null]]);
  expect(matrix.columns).toEqual([{ to: 'A', end: 115 }, { to: 'I', end: 0 }, { to: 'P', end: 30 }, { to: 'L', end: 0 }, { to: 'none', end: 10 }]);
  expect(matrix.totals).toEqual({ new: 50, deepened: 30, kept: 60, fell_back: 5, lost: 10 });
  expect(matrix.deepeningRate).toBeCloseTo(30 / 105);
  expect(matrix.largest).toMatchObject({ from: 'none', to: 'A', rate: null });
});

test('a rate needs somebody at the start, and outside has no cell with itself', () => {
  const matrix = matrixOf(FLOW, ['A', 'I', 'P', 'L']);
  const row = (code: string) => matrix.rows.find((each) => each.from === code)?.cells ?? [];
  expect(row('A')[2]).toMatchObject({ consumers: 30, rate: 0.3, kind: 'deepened', heat: 0.6 });
  expect(row('I')[0]).toMatchObject({ consumers: 0, rate: null });
  expect(row('none').at(-1)).toBeUndefined();
  expect(matrixOf({ ...FLOW, cells: [] }, ['A']).largest).toBeUndefined();
});

test('stages come from the rule set, else from the flow', () => {
  expect(codesOf(FLOW, ['X', 'Y'])).toEqual(['X', 'Y']);
  expect(codesOf(FLOW, undefined)).toEqual(['A', 'I', 'P', 'L']);
  expect(codesOf({ ...FLOW, cells: [{ from: 'A2', to: 'A1', consumers: 1 }] }, undefined)).toEqual(['A1', 'A2']);
});

test('a file has the cells that hold somebody', () => {
  expect(flowRows(matrixOf(FLOW, ['A', 'P'])).at(0)).toEqual(['A', 'A', 60, 0.6]);
});

test('an address that asks for impossible days is answered for the last week', () => {
  const at = (query: string) => flowParameters(new URLSearchParams(query), '2026-10-31');
  expect(at('')).toMatchObject({ from: '2026-10-24', to: '2026-10-31', days: 7, view: 'matrix', cell: undefined });
  expect(at('from=2026-10-31&to=2026-10-01')).toMatchObject({ from: '2026-10-24', to: '2026-10-31' });
  expect(at('from=2026-09-01&to=2026-10-01&view=sankey&cell=none-A1')).toMatchObject({ days: 30, view: 'sankey', cell: { from: 'none', to: 'A1' } });
});

test('only flows are put in words', () => {
  const selection = { id: 1, name: 'n', rule_set: 'r', consumers: 1, vault_version: 1, created_at: '', created_by: '' };
  expect(selectionWords({ ...selection, definition: { all: [{ flow: { from: ['A'], to: ['I'], between: ['x', 'y'] } }] } })).toEqual({ from: ['A'], to: ['I'], between: ['x', 'y'] });
  expect(selectionWords({ ...selection, definition: JSON.parse('{"any":[]}') })).toBeUndefined();
});
