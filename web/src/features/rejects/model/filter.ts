import type { RejectFilter } from '@/api/queries/rejects';

export const FILTER_PARAMETERS = ['code', 'source', 'file', 'q'] as const;

/** The filter that an address holds. */
export function filterOf(search: URLSearchParams): RejectFilter {
  return Object.fromEntries(FILTER_PARAMETERS.map((name) => [name, search.get(name) ?? undefined]));
}

export function isFiltered(filter: RejectFilter): boolean {
  return FILTER_PARAMETERS.some((name) => filter[name] !== undefined && filter[name] !== '');
}

/** Where a row came from: file and line, as far as they are known. */
export function placeOf(row: { file?: string | null; line?: number | null }): string | undefined {
  const { file, line } = row;
  if (file === null || file === undefined) return undefined;
  return line === null || line === undefined ? file : `${file}:${line}`;
}
