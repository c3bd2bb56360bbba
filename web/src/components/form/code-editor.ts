import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, GutterMarker, gutterLineClass, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tagHighlighter, tags } from '@lezer/highlight';

import { copyState, startState, token } from './toml-sql';

const language = StreamLanguage.define({ name: 'toml', startState, copyState, token, languageData: { commentTokens: { line: '#' } } });

const highlighter = tagHighlighter([
  { tag: tags.comment, class: 'db-tok-comment' },
  { tag: tags.string, class: 'db-tok-string' },
  { tag: [tags.number, tags.bool], class: 'db-tok-number' },
  { tag: tags.keyword, class: 'db-tok-keyword' },
  { tag: tags.propertyName, class: 'db-tok-name' },
  { tag: tags.heading, class: 'db-tok-heading' },
]);

/** Marks lines as wrong, in place of those marked before. */
export const markLines = StateEffect.define<number[]>();

const wrongLine = Decoration.line({ class: 'db-code-wrong' });
class WrongNumber extends GutterMarker {
  override elementClass = 'db-code-wrong-number';
}
const wrongNumber = new WrongNumber();

/** Where marked lines begin; they move with the text before them. */
const markedLines = StateField.define<number[]>({
  create: () => [],
  update(places, transaction) {
    let next = places.map((at) => transaction.changes.mapPos(at));
    for (const effect of transaction.effects) {
      if (!effect.is(markLines)) continue;
      const { doc } = transaction.state;
      const lines = [...new Set(effect.value)].filter((line) => line >= 1 && line <= doc.lines);
      next = lines.sort((a, b) => a - b).map((line) => doc.line(line).from);
    }
    return next;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (places) => (view) => Decoration.set(places.map((at) => wrongLine.range(view.state.doc.lineAt(at).from)), true)),
    gutterLineClass.from(field, (places) => RangeSet.of(places.map((at) => wrongNumber.range(at)), true)),
  ],
});

const WRONG = 'var(--db-code-wrong)';

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--db-text)', backgroundColor: 'var(--db-surface)' },
  '&.cm-focused': { outline: '2px solid var(--db-link)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', monospace", lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--db-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--db-text)' },
  '.cm-gutters': { backgroundColor: 'var(--db-page)', color: 'var(--db-muted)', borderRight: '1px solid var(--db-line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--db-link) 8%, transparent)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--db-link) 24%, transparent)',
  },
  '.db-code-wrong': { backgroundColor: WRONG },
  '.db-code-wrong-number': { backgroundColor: WRONG, color: 'var(--db-text)', fontWeight: '700' },
});

type Options = { label: string; nonce: string | undefined; isReadOnly: boolean; onChange: (text: string) => void };

/** What makes a field an editor of TOML whose long texts may be SQL. Tab leaves it, as the keyboard expects of a field. */
export function extensions({ label, nonce, isReadOnly, onChange }: Options): Extension[] {
  return [
    lineNumbers(),
    history(),
    highlightActiveLine(),
    bracketMatching(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    language,
    syntaxHighlighting(highlighter),
    markedLines,
    theme,
    EditorState.tabSize.of(2),
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': String(isReadOnly), tabindex: '0', spellcheck: 'false', autocapitalize: 'off' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    // The page's policy refuses style tags without its nonce.
    ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
  ];
}

/** The one change that makes one text the other, so that the cursor and everything else stay where they are. */
export function smallestChange(before: string, after: string): { from: number; to: number; insert: string } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  let tail = 0;
  while (tail < most - from && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}
