import { EditorView } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';

import { cspNonce } from '@/config/env';

import { extensions, markLine } from './code-editor';

type Props = {
  label: string;
  value: string;
  onChange: (text: string) => void;
  errorLine?: number | undefined;
  /** A line to go to; each new object goes there again. */
  goTo?: { line: number } | undefined;
};

/** A text that is code. What is put in from outside can be undone like what was typed. */
export function CodeEditor({ label, value, onChange, errorLine, goTo }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useEffectEvent((text: string) => onChange(text));
  const initial = useEffectEvent(() => value);

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      doc: initial(),
      extensions: extensions({ label, nonce: cspNonce(), onChange: (text) => changed(text) }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: markLine.of(errorLine) });
  }, [errorLine, value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || goTo === undefined) return;
    const line = editor.state.doc.line(Math.max(1, Math.min(goTo.line, editor.state.doc.lines)));
    editor.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
    editor.focus();
  }, [goTo]);
  return <div ref={host} className="db-code" />;
}
