import { expect, test } from 'vitest';

import { trendOf } from '@/lib/trend';
import { trendBetween } from '@/testing/fixtures/analysis';

import { largestChange, rulesMarkers } from './findings';
import { trendParameters } from './parameters';

const at = (query: string) => trendParameters(new URLSearchParams(query), '2026-10-31');

test('an address without or with impossible days is answered for the last 30', () => {
  expect(at('')).toMatchObject({ from: '2026-10-02', to: '2026-10-31', preset: 30, view: 'multiples', stages: undefined });
  expect(at('range=12')).toMatchObject({ preset: 30 });
  expect(at('range=7')).toMatchObject({ from: '2026-10-25', preset: 7 });
  expect(at('from=2026-01-01&to=2026-01-31&view=lines&stages=A,P')).toMatchObject({ from: '2026-01-01', preset: undefined, view: 'lines', stages: ['A', 'P'] });
  expect(at('from=1900-01-01&to=2026-01-31')).toMatchObject({ preset: 30 });
});

test('the finding is the stage that changed most, up or down', () => {
  const trend = trendOf(trendBetween('b', '2026-10-02', '2026-10-31'));
  expect(largestChange(trend)?.code).toBe('A');
  expect(largestChange({ days: ['a', 'b'], totals: [1, 1], series: [{ code: 'A', values: [1, 1] }] })).toBeUndefined();
  expect(largestChange({ days: ['a', 'b'], totals: [9, 3], series: [{ code: 'A', values: [1, 3] }, { code: 'P', values: [8, 0] }] })).toEqual({ code: 'P', change: -8 });
});

test('versions of the shown rule set are marked on the day of the brand', () => {
  const rules = [
    { name: 'aipl', version: 2, active: true, created_at: '2026-10-14T17:00:00Z' },
    { name: '5a', version: 1, active: false, created_at: '2026-10-14T17:00:00Z' },
  ];
  expect(rulesMarkers(rules, 'aipl@2', 'Asia/Shanghai', (version) => version)).toEqual([{ day: '2026-10-15', text: 'aipl@2' }]);
});
