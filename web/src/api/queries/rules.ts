import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';

export const rulesKey = (brand: string) => ['brands', brand, 'rules'] as const;

/** Every version of every rule set of a brand. */
export const rulesQuery = (brand: string) =>
  queryOptions({
    queryKey: [...rulesKey(brand), 'list'],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/brands/{brand}/rules', { params: { path: { brand }, query: { limit: 200 } }, signal }))).items,
    staleTime: 300_000,
  });

/** One version, as text and as what it says. */
export const rulesVersionQuery = (brand: string, name: string, version: number) =>
  queryOptions({
    queryKey: [...rulesKey(brand), name, version],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/v1/brands/{brand}/rules/{name}/{version}', { params: { path: { brand, name, version } }, signal })),
    // A version never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
