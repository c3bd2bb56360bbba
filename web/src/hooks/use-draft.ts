import { useCallback, useState } from 'react';

/** A text that survives a reload of its tab. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '');
  const change = useCallback(
    (next: string) => {
      setText(next);
      try {
        sessionStorage.setItem(key, next);
      } catch {
        // A full or forbidden storage only costs the reload.
      }
    },
    [key],
  );
  return [text, change];
}
