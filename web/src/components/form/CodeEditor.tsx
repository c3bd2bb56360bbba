import { EditorView } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';

import { cspNonce } from '@/config/env';

import { extensions, markLines, smallestChange } from './code-editor';

type Props = {
  value: string;
  onChange: (text: string) => void;
  /** Lines that are wrong. */
  errorLine?: number | readonly number[] | undefined;
  label: string;
  readOnly?: boolean;
  /** A line to go to; each new object goes there again. */
  goTo?: { line: number } | undefined;
};

/** A text that is code: TOML, with SQL in it. What is put in from outside can be undone like what was typed. Load it lazily. */
export function CodeEditor({ value, onChange, errorLine, label, readOnly = false, goTo }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useEffectEvent((text: string) => {
    if (text !== value) onChange(text);
  });
  const initial = useEffectEvent(() => value);
  const lines = errorLine === undefined ? '' : String(errorLine);

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      doc: initial(),
      extensions: extensions({ label, nonce: cspNonce(), isReadOnly: readOnly, onChange: (text) => changed(text) }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, readOnly]);
  useEffect(() => {
    const editor = view.current;
    const shown = editor?.state.doc.toString();
    if (editor === null || shown === undefined || shown === value) return;
    editor.dispatch({ changes: smallestChange(shown, value) });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: markLines.of(lines === '' ? [] : lines.split(',').map(Number)) });
  }, [lines, value, label, readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || goTo === undefined) return;
    const line = editor.state.doc.line(Math.max(1, Math.min(goTo.line, editor.state.doc.lines)));
    editor.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
    editor.focus();
  }, [goTo]);
  return <div ref={host} className="db-code" />;
}
