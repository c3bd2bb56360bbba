import { useCallback, useState } from 'react';

/** A value that outlives the page within this tab, as long as nobody takes it away. */
export function useStored<T>(key: string, read: (value: unknown) => T | undefined): [T | undefined, (value: T | undefined) => void] {
  const [value, setValue] = useState<T | undefined>(() => {
    try {
      const stored = sessionStorage.getItem(key);
      return stored === null ? undefined : read(JSON.parse(stored));
    } catch {
      return undefined;
    }
  });
  const set = useCallback(
    (next: T | undefined) => {
      if (next === undefined) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(next));
      setValue(next);
    },
    [key],
  );
  return [value, set];
}
