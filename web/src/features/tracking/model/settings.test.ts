import { expect, test } from 'vitest';

import { isTwin, placeErrors, settingsOf, valuesOf } from './settings';

const SETTINGS = { names: { 'Quiz Finished': 'content_view', 'v2.try': 'custom:try-on' }, click_hosts: ['shop.example.com', '*.example.org'] };
const VALUES = valuesOf(SETTINGS);

test('settings become rows and rows settings', () => {
  expect(VALUES.names[1]).toEqual({ name: 'v2.try', behavior: 'custom:try-on' });
  expect(settingsOf(VALUES)).toEqual(SETTINGS);
  expect(valuesOf({})).toEqual({ names: [], hosts: [] });
});

test('what the server refuses stands at its row, also where a name has points', () => {
  const errors = [
    { field: 'names.v2.try', message: 'unknown behavior' },
    { field: 'click_hosts.1', message: 'must be a host' },
    { field: 'click_hosts.7', message: 'must be a host' },
    { field: 'names', message: 'has more than 1000 names' },
  ];
  expect(placeErrors(errors, VALUES)).toEqual({
    placed: [
      { path: ['names', 1, 'behavior'], message: 'unknown behavior' },
      { path: ['hosts', 1, 'host'], message: 'must be a host' },
    ],
    rest: ['click_hosts.7: must be a host', 'names: has more than 1000 names'],
  });
});

test('names that differ by case, spaces and strokes only are the same', () => {
  const names = [{ name: 'Quiz Finished' }, { name: 'quiz_finished' }, undefined, { name: '' }, {}];
  expect(isTwin(names, 'QUIZ-finished')).toBe(true);
  expect(isTwin(names.slice(1), 'quiz_finished')).toBe(false);
  expect(isTwin(names, '')).toBe(false);
});
