import { infiniteQueryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';
import type { Job } from '../types';

const PAGE_SIZE = 50;

/** What was imported, newest first. */
export const importsQuery = (brand: string) =>
  infiniteQueryOptions({
    queryKey: ['brands', brand, 'imports'] as const,
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/imports', {
          params: { path: { brand }, query: { limit: PAGE_SIZE, ...(pageParam === '' ? {} : { page: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page ?? undefined,
  });

/** The mapping by which corrected rejects come back. */
export const REJECTS_MAPPING = 'rejects';

/** Starts an import. The same key never starts two. */
export function startImport(brand: string, request: { mapping: string; uploads: string[]; source?: string }, idempotencyKey: string): Promise<Job> {
  return unwrap(
    client.POST('/api/v1/brands/{brand}/imports', { params: { path: { brand }, header: { 'Idempotency-Key': idempotencyKey } }, body: request }),
  );
}
