import { expect, test } from 'vitest';

import { stageColor } from '@/lib/stages';

import type { Palette } from '../palette';
import type { Arrivals } from './model';
import { arrivalsModel, arrivalsTable, peakOf } from './model';
import { arrivalsOption } from './option';

const ZONE = 'Asia/Shanghai';
const nothing = { accepted: 0, duplicate: 0, rejected: 0, suppressed: 0 };
const byMinute: Arrivals = {
  from: '2026-11-28T07:00:00Z',
  to: '2026-11-28T07:03:00Z',
  step: 'minute',
  counts: [
    { ...nothing, at: '2026-11-28T07:00:00Z', accepted: 5, duplicate: 1 },
    { ...nothing, at: '2026-11-28T07:00:00Z', accepted: 2, suppressed: 1 },
    { ...nothing, at: '2026-11-28T07:02:00Z', rejected: 4 },
  ],
};
const valuesOf = (arrivals: Arrivals, timezone = ZONE) => {
  const model = arrivalsModel(arrivals, timezone, (part) => part);
  return { titles: model.titles, labels: model.labels, totals: model.totals, ...Object.fromEntries(model.series.map((each) => [each.part, each.values])) };
};

test('sources of a minute are added up, and a minute without events is zero', () => {
  expect(valuesOf(byMinute)).toEqual({
    labels: ['15:00', '15:01', '15:02'],
    titles: ['2026-11-28 15:00', '2026-11-28 15:01', '2026-11-28 15:02'],
    totals: [9, 0, 4],
    accepted: [7, 0, 0],
    duplicate: [1, 0, 0],
    rejected: [0, 0, 4],
    suppressed: [1, 0, 0],
  });
});

test('hours begin with the hour, the last one as far as it has come; midnight says which day begins', () => {
  const byHour: Arrivals = { from: '2026-11-28T15:00:00Z', to: '2026-11-28T17:20:00Z', step: 'hour', counts: [{ ...nothing, at: '2026-11-28T17:00:00Z', accepted: 3 }] };
  expect(valuesOf(byHour)).toMatchObject({ labels: ['23:00', '11-29', '01:00'], accepted: [0, 0, 3] });
});

test('days are those of the brand, also where one of them has 23 hours', () => {
  const byDay: Arrivals = {
    from: '2026-03-28T23:00:00Z',
    to: '2026-03-30T10:01:00Z',
    step: 'day',
    counts: [
      { ...nothing, at: '2026-03-28T23:00:00Z', accepted: 1 },
      { ...nothing, at: '2026-03-29T22:00:00Z', accepted: 2 },
    ],
  };
  expect(valuesOf(byDay, 'Europe/Berlin')).toMatchObject({ titles: ['2026-03-29', '2026-03-30'], labels: ['03-29', '03-30'], accepted: [1, 2] });
});

test('the end is not included', () => {
  expect(valuesOf({ ...byMinute, to: '2026-11-28T07:02:00Z' }).titles).toEqual(['2026-11-28 15:00', '2026-11-28 15:01']);
});

test('the peak is where most came; without events there is none', () => {
  expect(peakOf(arrivalsModel(byMinute, ZONE, String))).toEqual({ title: '2026-11-28 15:00', total: 9 });
  expect(peakOf(arrivalsModel({ ...byMinute, counts: [] }, ZONE, String))).toBeUndefined();
});

test('as a table it is newest first', () => {
  const table = arrivalsTable(arrivalsModel(byMinute, ZONE, (part) => part), { time: '时间', total: '收到' }, String);
  expect(table.columns).toEqual(['时间', 'accepted', 'duplicate', 'rejected', 'suppressed', '收到']);
  expect(table.rows[0]).toEqual(['2026-11-28 15:02', 0, 0, 4, 0, 4]);
});

test('the option stacks what became of events, from zero, and draws nothing where there is none', () => {
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
    animate: true,
    stage: (code, codes) => stageColor(code, codes, 'light'),
  };
  const option = arrivalsOption(arrivalsModel(byMinute, ZONE, (part) => part), { palette, count: String, exact: String, total: 'received' });
  expect(option).toMatchSnapshot();
});
