import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';
import type { Replayed, ReplayQuestion } from '../types';

export type RejectFilter = { code?: string | undefined; source?: string | undefined; file?: string | undefined; q?: string | undefined };
export type RejectsFormat = 'csv' | 'jsonl';

const PAGE_SIZE = 50;
const rejectsKey = (brand: string) => ['brands', brand, 'rejects'] as const;

/** What is set, as the server takes it. */
function given(filter: RejectFilter): { code?: string; source?: string; file?: string; q?: string } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
}

/** How many rows wait to be repaired, by reason and by source. */
export const rejectsSummaryQuery = (brand: string) =>
  queryOptions({
    queryKey: [...rejectsKey(brand), 'summary'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/brands/{brand}/rejects/summary', { params: { path: { brand } }, signal })),
  });

/** The rows, page after page. */
export const rejectsQuery = (brand: string, filter: RejectFilter) =>
  infiniteQueryOptions({
    queryKey: [...rejectsKey(brand), 'rows', given(filter)] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/rejects', {
          params: { path: { brand }, query: { ...given(filter), limit: PAGE_SIZE, ...(pageParam === '' ? {} : { page: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page ?? undefined,
  });

/** Where the rows can be fetched as a file, which `import --mapping rejects` takes. */
export function rejectsExportAddress(brand: string, format: RejectsFormat, filter: Omit<RejectFilter, 'q'>): string {
  const query = new URLSearchParams({ format, ...given(filter) });
  return `/api/v1/brands/${encodeURIComponent(brand)}/rejects/export?${query.toString()}`;
}

/** Reads refused events again, after steps that repair them; only tells what would become of them when it is a dry run. */
export function replayRejects(brand: string, body: ReplayQuestion): Promise<Replayed> {
  return unwrap(client.POST('/api/v1/brands/{brand}/rejects/replay', { params: { path: { brand } }, body }));
}
