import { expect, test } from 'vitest';

import { addDays, dayIn, daysBetween, lastCompleteDay, parseDay, startOfDay } from './days';

test('a day is added across months and leap years', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  expect(daysBetween('2026-10-01', '2026-10-31')).toBe(30);
});

test('only real days are days', () => {
  expect(parseDay('2026-10-31')).toBe('2026-10-31');
  expect(parseDay('2026-02-30')).toBeUndefined();
  expect(parseDay('yesterday')).toBeUndefined();
  expect(parseDay(null)).toBeUndefined();
});

test('an instant lies in the business day of the zone', () => {
  expect(dayIn('Asia/Shanghai', new Date('2026-10-31T16:30:00Z'))).toBe('2026-11-01');
});

test('today is never the last complete day', () => {
  const now = new Date('2026-11-26T04:00:00Z');
  expect(lastCompleteDay('Asia/Shanghai', '2026-11-26', now)).toBe('2026-11-25');
  expect(lastCompleteDay('Asia/Shanghai', '2018-08-31', now)).toBe('2018-08-31');
  expect(lastCompleteDay('Asia/Shanghai', null, now)).toBe('2026-11-25');
});

test('a day begins where the brand is, also where its midnight is left out', () => {
  expect(startOfDay('Asia/Shanghai', '2026-11-28').toISOString()).toBe('2026-11-27T16:00:00.000Z');
  expect(startOfDay('America/New_York', '2026-11-01').toISOString()).toBe('2026-11-01T04:00:00.000Z');
  // Clocks went from 23:59 to 01:00.
  expect(startOfDay('America/Santiago', '2026-09-06').toISOString()).toBe('2026-09-06T04:00:00.000Z');
  expect(startOfDay('Pacific/Kiritimati', '2026-11-28').toISOString()).toBe('2026-11-27T10:00:00.000Z');
});
