import { useState } from 'react';

import { useStored } from '@/hooks/use-stored';

export type RuleDraft = {
  text: string;
  isChanged: boolean;
  /** What had been typed before this visit is back. */
  isRestored: boolean;
  change: (text: string) => void;
  undo: (() => void) | undefined;
  redo: (() => void) | undefined;
  discard: () => void;
};

const readText = (value: unknown) => (typeof value === 'string' ? value : undefined);
const MOST_STEPS = 200;

/** A rule set's text while it is edited: kept in this tab until it is saved or discarded, every step undoable. */
export function useRuleDraft(key: string, original: string): RuleDraft {
  const [stored, setStored] = useStored(key, readText);
  const [past, setPast] = useState<string[]>([]);
  const [future, setFuture] = useState<string[]>([]);
  const [isRestored, setIsRestored] = useState(stored !== undefined && stored !== original);
  const text = stored ?? original;
  const put = (next: string) => setStored(next === original ? undefined : next);
  const before = past.at(-1);
  const after = future.at(-1);
  return {
    text,
    isChanged: text !== original,
    isRestored: isRestored && text !== original,
    change: (next) => {
      if (next === text) return;
      setPast([...past, text].slice(-MOST_STEPS));
      setFuture([]);
      put(next);
    },
    undo:
      before === undefined
        ? undefined
        : () => {
            setPast(past.slice(0, -1));
            setFuture([...future, text]);
            put(before);
          },
    redo:
      after === undefined
        ? undefined
        : () => {
            setFuture(future.slice(0, -1));
            setPast([...past, text]);
            put(after);
          },
    discard: () => {
      setPast([]);
      setFuture([]);
      setIsRestored(false);
      setStored(undefined);
    },
  };
}
