import { expect, test } from 'vitest';

import { toCsv } from './csv';

test('texts with commas and quotes are quoted, unknown is empty', () => {
  expect(toCsv([['a,b', 'say "x"', null, 0]])).toBe('\ufeff"a,b","say ""x""",,0\r\n');
});

test('a text that a spreadsheet would run is not run, a negative number stays a number', () => {
  expect(toCsv([['=1+1', -3]])).toBe("\ufeff'=1+1,-3\r\n");
});
