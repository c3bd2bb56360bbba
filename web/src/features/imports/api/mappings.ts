import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Mapping, Suggestion } from '@/api/types';

export const mappingsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['brands', brand, 'mappings'] as const,
    queryFn: async ({ signal }): Promise<Mapping[]> =>
      (await unwrap(client.GET('/api/v1/brands/{brand}/mappings', { params: { path: { brand }, query: { limit: 200 } }, signal }))).items,
  });

export function saveMapping(brand: string, name: string, text: string): Promise<Mapping> {
  return unwrap(client.PUT('/api/v1/brands/{brand}/mappings/{name}', { params: { path: { brand, name } }, body: { text } }));
}

/** A mapping proposed from what the files hold; its notes say what was guessed. */
export function suggestMapping(brand: string, uploads: string[]): Promise<Suggestion> {
  return unwrap(client.POST('/api/v1/brands/{brand}/mappings/suggest', { params: { path: { brand } }, body: { uploads } }));
}
