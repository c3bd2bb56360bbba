import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** Ids in a parameter of the address, separated by commas. */
export function useIdList(name: string): string[] {
  const [search] = useSearchParams();
  const text = search.get(name) ?? '';
  return useMemo(() => text.split(',').filter((id) => id !== ''), [text]);
}
