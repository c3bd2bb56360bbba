import { expect, test } from 'vitest';

import { prettyJson, trackedEvent } from './tracked-event';

test('a row with an event is one that was tracked', () => {
  expect(trackedEvent({ _event: '{"a":1}', _call: 'batch', _cut: true })).toEqual({ text: '{"a":1}', call: 'batch', isCut: true });
  expect(trackedEvent({ _event: '{}' })).toEqual({ text: '{}', call: undefined, isCut: false });
  expect(trackedEvent({ _raw: 'a,b' })).toBeUndefined();
});

test('JSON is set out as usual', () => {
  const event = { type: 'track', properties: { list: [1, { a: null }], none: {}, empty: [], text: 'a, "b": {c}' }, ok: true };
  expect(prettyJson(JSON.stringify(event))).toBe(JSON.stringify(event, null, 2));
  expect(prettyJson('"one"')).toBe('"one"');
});

test('numbers and names given twice stay as they were written', () => {
  expect(prettyJson('{"id":12345678901234567890,"a":1.0,"a":2}')).toBe('{\n  "id": 12345678901234567890,\n  "a": 1.0,\n  "a": 2\n}');
});

test('what is no JSON, such as the beginning of one, is shown as it is', () => {
  expect(prettyJson('{"type":"track","te')).toBe('{"type":"track","te');
});
