import { StringStream } from '@codemirror/language';
import { expect, test } from 'vitest';

import { startState, token } from './toml-sql';

function tokens(text: string): [string, string][] {
  const state = startState();
  return text.split('\n').flatMap((line) => {
    const stream = new StringStream(line, 4, 2);
    const found: [string, string][] = [];
    while (!stream.eol()) {
      const start = stream.pos;
      const name = token(stream, state);
      if (name !== null) found.push([line.slice(start, stream.pos), name]);
    }
    return found;
  });
}

test('settings are TOML', () => {
  expect(tokens('[[events]] # one\nname = "a\\"b"\nmax_rejects = 0.05')).toEqual([
    ['[[events]]', 'heading'],
    ['# one', 'comment'],
    ['name', 'propertyName'],
    ['"a\\"b"', 'string'],
    ['max_rejects', 'propertyName'],
    ['0.05', 'number'],
  ]);
});

test('long texts are SQL until they end', () => {
  expect(tokens('sql = """\n select \'it\'\'s\' as "id.phone", 手机 -- why\n"""\nname = 1')).toEqual([
    ['sql', 'propertyName'],
    ['"""', 'string'],
    ['select', 'keyword'],
    ["'it''s'", 'string'],
    ['as', 'keyword'],
    ['"id.phone"', 'propertyName'],
    ['-- why', 'comment'],
    ['"""', 'string'],
    ['name', 'propertyName'],
    ['1', 'number'],
  ]);
});
