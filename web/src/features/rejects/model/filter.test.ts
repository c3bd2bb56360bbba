import { expect, test } from 'vitest';

import { filterOf, isFiltered, placeOf } from './filter';

test('a filter is read from the address', () => {
  const filter = filterOf(new URLSearchParams('code=bad_time&q=138&lang=en'));
  expect(filter).toEqual({ code: 'bad_time', source: undefined, file: undefined, q: '138' });
  expect(isFiltered(filter)).toBe(true);
  expect(isFiltered(filterOf(new URLSearchParams('lang=en')))).toBe(false);
});

test('a place is file and line, as far as they are known', () => {
  expect(placeOf({ file: 'a.csv', line: 12 })).toBe('a.csv:12');
  expect(placeOf({ file: 'a.csv', line: null })).toBe('a.csv');
  expect(placeOf({ file: null, line: null })).toBeUndefined();
});
