import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorState, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, GutterMarker, gutterLineClass, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tagHighlighter, tags } from '@lezer/highlight';

import { copyState, startState, token } from '../model/toml-sql';

const language = StreamLanguage.define({ name: 'mapping', startState, copyState, token, languageData: { commentTokens: { line: '#' } } });

const highlighter = tagHighlighter([
  { tag: tags.comment, class: 'db-tok-comment' },
  { tag: tags.string, class: 'db-tok-string' },
  { tag: [tags.number, tags.bool], class: 'db-tok-number' },
  { tag: tags.keyword, class: 'db-tok-keyword' },
  { tag: tags.propertyName, class: 'db-tok-name' },
  { tag: tags.heading, class: 'db-tok-heading' },
]);

/** Marks a line as wrong; undefined takes the mark away. */
export const markLine = StateEffect.define<number | undefined>();

const wrongLine = Decoration.line({ class: 'db-code-wrong' });
class WrongNumber extends GutterMarker {
  override elementClass = 'db-code-wrong-number';
}
const wrongNumber = new WrongNumber();

/** Where the marked line begins; it moves with the text before it. */
const markedLine = StateField.define<number | undefined>({
  create: () => undefined,
  update(at, transaction) {
    let next = at === undefined ? undefined : transaction.changes.mapPos(at);
    for (const effect of transaction.effects) {
      if (!effect.is(markLine)) continue;
      const { doc } = transaction.state;
      next = effect.value === undefined || effect.value < 1 || effect.value > doc.lines ? undefined : doc.line(effect.value).from;
    }
    return next;
  },
  provide: (field) => [
    EditorView.decorations.from(field, (at) => (view) => at === undefined ? Decoration.none : Decoration.set(wrongLine.range(view.state.doc.lineAt(at).from))),
    gutterLineClass.from(field, (at) => (at === undefined ? RangeSet.empty : RangeSet.of(wrongNumber.range(at)))),
  ],
});

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', color: 'var(--db-text)', backgroundColor: 'var(--db-surface)' },
  '&.cm-focused': { outline: '2px solid var(--db-link)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', monospace", lineHeight: '1.6' },
  '.cm-content': { caretColor: 'var(--db-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--db-text)' },
  '.cm-gutters': { backgroundColor: 'var(--db-page)', color: 'var(--db-muted)', borderRight: '1px solid var(--db-line)' },
  '.cm-activeLine': { backgroundColor: 'var(--db-code-active)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { backgroundColor: 'var(--db-code-selection)' },
  '.db-code-wrong': { backgroundColor: 'var(--db-code-wrong)' },
  '.db-code-wrong-number': { backgroundColor: 'var(--db-code-wrong)', color: 'var(--db-text)', fontWeight: '700' },
});

type Options = { label: string; nonce: string | undefined; onChange: (text: string) => void };

/** An editor for mappings. Tab leaves it, as the keyboard expects of a field. */
export function extensions({ label, nonce, onChange }: Options): Extension[] {
  return [
    lineNumbers(),
    history(),
    highlightActiveLine(),
    bracketMatching(),
    keymap.of([...defaultKeymap, ...historyKeymap]),
    language,
    syntaxHighlighting(highlighter),
    markedLine,
    theme,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    // The page's policy refuses style tags without its nonce.
    ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
  ];
}
