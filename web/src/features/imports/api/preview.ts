import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';

/** What the first rows of the files would become. Nothing is deposited. */
export const previewQuery = (brand: string, mapping: string, uploads: string[]) =>
  queryOptions({
    queryKey: ['brands', brand, 'import-preview', uploads, mapping] as const,
    queryFn: ({ signal }) => unwrap(client.POST('/api/v1/brands/{brand}/imports/preview', { params: { path: { brand } }, body: { mapping, uploads }, signal })),
    // The last answer stays beside what is being typed.
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  });
