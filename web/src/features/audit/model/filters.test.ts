import { expect, test } from 'vitest';

import { filtersOf, questionOf, startOfDay } from './filters';

test('a day begins when it does in its zone, also when clocks change', () => {
  expect(startOfDay('2026-10-31', 'Asia/Shanghai')).toBe('2026-10-30T16:00:00Z');
  expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe('2026-03-28T23:00:00Z');
  expect(startOfDay('2026-03-30', 'Europe/Berlin')).toBe('2026-03-29T22:00:00Z');
  expect(startOfDay('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00Z');
  expect(startOfDay('2026-11-02', 'America/New_York')).toBe('2026-11-02T05:00:00Z');
});

test('filters are read from the address, and the last day is included', () => {
  const filters = filtersOf(new URLSearchParams('scope=all&actor=lin&outcome=refused&from=2026-10-01&to=2026-10-31&action='));
  expect(filters).toEqual({ scope: 'all', actor: 'lin', outcome: 'refused', from: '2026-10-01', to: '2026-10-31' });
  expect(questionOf(filters, 'UTC')).toEqual({ actor: 'lin', outcome: 'refused', from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' });
  expect(filtersOf(new URLSearchParams('outcome=odd&from=yesterday'))).toEqual({ scope: 'brand' });
});
