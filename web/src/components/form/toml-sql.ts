import type { StringStream } from '@codemirror/language';

/** Mappings are TOML whose long strings are SQL. Names of tokens are those of CodeMirror's tags. */
export type MappingState = { quotes: '"""' | "'''" | undefined };

const KEYWORDS = new Set(
  (
    'select from where and or not in is null as case when then else end join left right inner outer full cross on using group by order having ' +
    'union all distinct with limit between like ilike exists over partition true false asc desc nulls first last filter interval unnest'
  ).split(' '),
);

export const startState = (): MappingState => ({ quotes: undefined });
export const copyState = (state: MappingState): MappingState => ({ ...state });

export function token(stream: StringStream, state: MappingState): string | null {
  return state.quotes === undefined ? tomlToken(stream, state) : sqlToken(stream, state, state.quotes);
}

function tomlToken(stream: StringStream, state: MappingState): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match('"""')) state.quotes = '"""';
  else if (stream.match("'''")) state.quotes = "'''";
  if (state.quotes !== undefined) return 'string';
  if (stream.match(/^#.*/)) return 'comment';
  if (stream.match(/^\[\[?[^\]]*\]\]?/)) return 'heading';
  if (stream.match(/^"(?:[^"\\]|\\.)*"(?=\s*=)/) || stream.match(/^[\w.-]+(?=\s*=)/)) return 'propertyName';
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return 'string';
  if (stream.match(/^(?:true|false)\b/)) return 'bool';
  if (stream.match(/^[+-]?\d[\d_.:TZ-]*/)) return 'number';
  stream.next();
  return null;
}

function sqlToken(stream: StringStream, state: MappingState, quotes: string): string | null {
  if (stream.match(quotes)) {
    state.quotes = undefined;
    return 'string';
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^--.*/)) return 'comment';
  if (stream.match(/^'(?:[^']|'')*'?/)) return 'string';
  // A quoted name, such as "id.phone"; not the end of the text.
  if (!stream.match(quotes, false) && stream.match(/^"[^"]+"?/)) return 'propertyName';
  if (stream.match(/^\d+(?:\.\d+)?/)) return 'number';
  const word = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
  if (Array.isArray(word)) return KEYWORDS.has((word[0] ?? '').toLowerCase()) ? 'keyword' : null;
  stream.next();
  return null;
}
