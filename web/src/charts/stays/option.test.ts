import { expect, test } from 'vitest';

import { stageColor } from '@/lib/stages';

import type { Palette } from '../palette';
import { endOf, partsOf, stayOn, staysModel } from './model';
import { staysOption } from './option';

const STAYS = [
  { stage: 'A', from_day: '2026-09-01', to_day: '2026-09-11' },
  { stage: 'I', from_day: '2026-09-11', to_day: '2026-10-11' },
  { stage: 'P', from_day: '2026-10-11', to_day: '2029-04-08' },
];

test('a stay is cut where events end; what comes after is projected', () => {
  expect(partsOf(STAYS, '2026-11-01')).toEqual([
    { stage: 'A', from: '2026-09-01', to: '2026-09-11', isProjected: false },
    { stage: 'I', from: '2026-09-11', to: '2026-10-11', isProjected: false },
    { stage: 'P', from: '2026-10-11', to: '2026-11-01', isProjected: false },
    { stage: 'P', from: '2026-11-01', to: '2029-04-08', isProjected: true },
  ]);
});

test('stays are half-open, and may end never', () => {
  expect(stayOn(STAYS, '2026-09-11')?.stage).toBe('I');
  expect(stayOn(STAYS, '2026-08-31')).toBeUndefined();
  expect(endOf({ stage: 'I', from_day: '2026-09-01', to_day: '9999-12-31' })).toBeUndefined();
  expect(stayOn([{ stage: 'I', from_day: '2026-09-01', to_day: '9999-12-31' }], '2030-01-01')?.stage).toBe('I');
});

test('the picture shows the whole past and little of a long decay', () => {
  const model = staysModel(STAYS, ['A', 'I', 'P', 'L'], '2026-10-31', '2026-11-01');
  expect(model).toMatchObject({ from: '2026-09-01', to: '2026-12-01', asOf: '2026-10-31', stages: ['A', 'I', 'P', 'L'] });
  expect(model?.parts.at(-1)).toMatchObject({ to: '2029-04-08', shownTo: '2026-12-01', isProjected: true });
  expect(staysModel([], ['A'], '2026-10-31', '2026-11-01')).toBeUndefined();
});

test('the option has a lane for each stage, deepest on top, and the mark of the day', () => {
  const palette: Palette = {
    scheme: 'light',
    text: '#000',
    muted: '#666',
    line: '#ddd',
    surface: '#fff',
    up: '#080',
    down: '#800',
    accent: '#00f',
    font: 'sans-serif',
    animate: false,
    stage: (code, codes) => stageColor(code, codes, 'light'),
  };
  const model = staysModel(STAYS, ['A', 'I', 'P', 'L'], '2026-10-31', '2026-11-01');
  if (model === undefined) throw new Error('there are stays');
  const words = { name: (stage: string) => `stage ${stage}`, asOf: 'as of', days: 'days', from: 'from', to: 'to', projected: 'projected', openEnd: 'never' };
  expect(staysOption(model, palette, words)).toMatchObject({
    yAxis: { data: ['stage A', 'stage I', 'stage P', 'stage L'] },
    xAxis: { min: Date.parse('2026-09-01T00:00:00Z'), max: Date.parse('2026-12-01T00:00:00Z') },
    series: [{ type: 'custom', data: { length: 4 } }, { markLine: { data: [{ xAxis: Date.parse('2026-10-31T00:00:00Z') }] } }],
  });
});
