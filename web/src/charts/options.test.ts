import { expect, test } from 'vitest';

import { stageColor } from '@/lib/stages';

import { sankeyOption } from './flow/option';
import { moveBars, moveTable } from './moves/model';
import { movesOption } from './moves/option';
import type { Palette } from './palette';
import { tooltipElement } from './tooltip';
import { trendModel, trendTable } from './trend/model';
import { trendHeight, trendOption } from './trend/option';

const palette: Palette = {
  scheme: 'light',
  text: '#111',
  muted: '#666',
  line: '#eee',
  surface: '#fff',
  up: '#080',
  down: '#800',
  accent: '#00f',
  font: 'sans-serif',
  animate: false,
  stage: (code, codes) => stageColor(code, codes, 'light'),
};
const write = { palette, count: String, exact: String };
const trend = { days: ['2026-10-01', '2026-10-02'], totals: [5, 7], series: [{ code: 'A', values: [4, 5] }, { code: 'P', values: [1, 2] }] };
const model = trendModel(trend, ['A', 'P'], (code) => `名${code}`, [
  { day: '2026-10-02', text: '规则 aipl@2' },
  { day: '2020-01-01', text: 'long ago' },
]);

test('a trend apart has a grid for each stage', () => {
  expect(trendOption(model, 'multiples', write)).toMatchSnapshot();
  expect(trendHeight(model, 'multiples')).toBe(328);
});

test('a trend together has one grid, and counts start at zero', () => {
  expect(trendOption(model, 'lines', write)).toMatchSnapshot();
});

test('a trend as a table is newest first', () => {
  expect(trendTable(model, trend.totals, { day: '日期', total: '合计' }, String).rows).toEqual([
    ['2026-10-02', 5, 2, 7],
    ['2026-10-01', 4, 1, 5],
  ]);
});

test('moves are bars to the right for gains and to the left for losses', () => {
  const bars = moveBars({ new: 9, deepened: 4, fell_back: 2, lost: 6 }, (kind) => kind);
  expect(movesOption(bars, write)).toMatchSnapshot();
  expect(moveTable(bars, { kind: 'k', consumers: 'n' }, String).rows.at(-1)).toEqual(['lost', 6]);
});

test('a flow is streams between two sides of stages', () => {
  const streams = [
    { from: 'A', to: 'P', consumers: 3, rate: 0.3 },
    { from: 'none', to: 'A', consumers: 5, rate: null },
  ];
  expect(sankeyOption(streams, { ...write, codes: ['A', 'P'], nameOf: (code) => code, rate: String })).toMatchSnapshot();
});

test('a tooltip is an element, so that names are never read as markup', () => {
  const element = tooltipElement('<b>day</b>', [{ color: '#f00', name: '<img>', value: '1' }]);
  expect(element.querySelector('img')).toBeNull();
  expect(element.textContent).toBe('<b>day</b><img>1');
});
