import { expect, test } from 'vitest';

import { changesOf } from './changes';

test('what changed is told by its place, as it is written', () => {
  expect(changesOf('{"type":"track","properties":{"total":"1,299.50","n":12345678901234567890}}', '{"type":"track","properties":{"total":1299.50,"n":12345678901234567890}}')).toEqual([
    { path: '/properties/total', before: '"1,299.50"', after: '1299.50' },
  ]);
});

test('what was moved is gone from one place and stands at the other', () => {
  expect(changesOf('{"a":{"who":"u1"}}', '{"a":{},"userId":"u1"}')).toEqual([
    { path: '/a/who', before: '"u1"', after: undefined },
    { path: '/a', before: undefined, after: '{}' },
    { path: '/userId', before: undefined, after: '"u1"' },
  ]);
});

test('elements of lists have their places; a name with a slash is written as in a pointer', () => {
  expect(changesOf('{"list":[{"p":"1"},{"p":"2"}],"a/b":[]}', '{"list":[{"p":1},{"p":"2"}],"a/b":[{"x":null}]}')).toEqual([
    { path: '/list/0/p', before: '"1"', after: '1' },
    { path: '/a~1b', before: '[]', after: undefined },
    { path: '/a~1b/0/x', before: undefined, after: 'null' },
  ]);
});

test('what is no JSON cannot be compared', () => {
  expect(changesOf('{"a":', '{"a":1}')).toEqual([]);
});
