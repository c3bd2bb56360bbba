import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

import { KEPT_PARAMETERS } from '@/config/paths';

/** Addresses of other pages that keep day, language and rule set. */
export function useAddress(): (path: string, extra?: Record<string, string>) => string {
  const [search] = useSearchParams();
  return useCallback(
    (path, extra = {}) => {
      const kept = new URLSearchParams();
      for (const name of KEPT_PARAMETERS) {
        const value = search.get(name);
        if (value !== null) kept.set(name, value);
      }
      for (const [name, value] of Object.entries(extra)) kept.set(name, value);
      const query = kept.toString();
      return query === '' ? path : `${path}?${query}`;
    },
    [search],
  );
}

/** Sets parameters of the address; undefined takes one out. */
export function useSetParameters(): (changes: Record<string, string | undefined>) => void {
  const [, setSearch] = useSearchParams();
  return useCallback(
    (changes) =>
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined) after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      ),
    [setSearch],
  );
}
