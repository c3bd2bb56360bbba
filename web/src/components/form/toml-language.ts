import { StreamLanguage } from '@codemirror/language';

/** TOML, told apart well enough to be read: comments, texts, numbers, keys and table heads. */
type State = { isInText: '"""' | "'''" | undefined };

const BARE_KEY = /^[A-Za-z0-9_-]+(?=[\s.]*[A-Za-z0-9_.\s-]*=)/;

export const tomlLanguage = StreamLanguage.define<State>({
  name: 'toml',
  startState: () => ({ isInText: undefined }),
  token(stream, state) {
    if (state.isInText !== undefined) {
      const end = stream.string.indexOf(state.isInText, stream.pos);
      if (end === -1) stream.skipToEnd();
      else {
        stream.pos = end + 3;
        state.isInText = undefined;
      }
      return 'string';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.sol() || stream.string.slice(0, stream.pos).trim() === '') {
      if (stream.match(/^\[\[?[^\]]*\]\]?/)) return 'heading';
    }
    for (const quotes of ['"""', "'''"] as const) {
      if (stream.match(quotes)) {
        state.isInText = quotes;
        return 'string';
      }
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'[^']*'?/)) return 'string';
    if (stream.match(BARE_KEY)) return 'propertyName';
    if (stream.match(/^(?:true|false)\b/)) return 'bool';
    if (stream.match(/^[+-]?\d[\d_.:TZ+-]*/)) return 'number';
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
});
