import { expect, test } from 'vitest';

import type { Reject } from '@/api/types';

import { stepsOf } from './steps';
import { mayBeTracked, suggestedSteps } from './suggested';

const row = (code: string, field: string | null, message = '', block = 'tracked'): Reject => ({ id: `${code} ${field}`, source: 'web', block, code, field, message, row: {}, received_at: '2026-11-01T02:11:00Z' });
const suggested = (...rows: Reject[]) => stepsOf(suggestedSteps(rows));

test('separators are taken out of numbers, at every place that was at fault', () => {
  expect(suggested(row('bad_number', 'properties.total'), row('bad_number', 'properties.products.0.price'), row('bad_number', 'properties.products.1.price'))).toEqual([
    { op: 'replace', path: '/properties/total', find: ',', with: '' },
    { op: 'to_number', path: '/properties/total' },
    { op: 'replace', path: '/properties/products/*/price', find: ',', with: '' },
    { op: 'to_number', path: '/properties/products/*/price' },
  ]);
});

test('an id is moved to where it belongs; the currency of China has its code', () => {
  expect(suggested(row('no_identity', null))).toEqual([{ op: 'move', path: '', to: '/userId' }]);
  expect(suggested(row('bad_currency', 'properties.currency', '"RMB" is no currency'))).toEqual([{ op: 'replace', path: '/properties/currency', find: 'RMB', with: 'CNY' }]);
  expect(suggested(row('bad_currency', 'properties.currency', '"XXQ" is no currency'))).toEqual([]);
});

test('nothing is suggested for several reasons at once, nor for rows of files', () => {
  expect(suggested(row('bad_number', 'properties.total'), row('bad_name', 'event'))).toEqual([]);
  expect(suggested(row('bad_number', 'amount', '', 'events 1'))).toEqual([]);
});

test('events that were tracked may be among rows that are not read yet, not among those of a file', () => {
  const ofFile = row('bad_number', 'amount', '', 'events 1');
  expect(mayBeTracked([ofFile], {}, false)).toBe(false);
  expect(mayBeTracked([ofFile], {}, true)).toBe(true);
  expect(mayBeTracked([ofFile, row('bad_name', 'event')], {}, false)).toBe(true);
  expect(mayBeTracked([], { file: 'a.csv' }, true)).toBe(false);
});
