import { expect, test } from 'vitest';

import { fromOf, rangeOf } from './range';

const NOW = new Date('2026-11-28T07:15:58Z');

test('a range begins with a whole step', () => {
  expect(fromOf('day', 'Asia/Shanghai', NOW)).toBe('2026-11-27T08:00:00Z');
  // The 30th of October where the brand is.
  expect(fromOf('month', 'Asia/Shanghai', NOW)).toBe('2026-10-29T16:00:00Z');
});

test('the address names the range; what it spells wrong is the last hour', () => {
  expect(rangeOf(new URLSearchParams('range=month'))).toBe('month');
  expect(rangeOf(new URLSearchParams('range=year'))).toBe('hour');
  expect(rangeOf(new URLSearchParams(''))).toBe('hour');
});
