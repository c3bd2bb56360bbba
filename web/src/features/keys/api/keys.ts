import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Key, NewKey } from '@/api/types';

export const keysKey = (brand: string) => ['brands', brand, 'keys'] as const;

/** Every key of a brand, those that hold no more too. */
export const keysQuery = (brand: string) =>
  queryOptions({
    queryKey: [...keysKey(brand), 'list'],
    queryFn: async ({ signal }): Promise<Key[]> => {
      const keys: Key[] = [];
      let page: string | undefined;
      do {
        const query = { limit: 200, ...(page === undefined ? {} : { page }) };
        const part = await unwrap(client.GET('/api/v1/brands/{brand}/keys', { params: { path: { brand }, query }, signal }));
        keys.push(...part.items);
        page = part.next_page ?? undefined;
      } while (page !== undefined);
      return keys;
    },
  });

export function createKey(brand: string, body: NewKey, key: string): Promise<{ key: string; info: Key }> {
  return unwrap(client.POST('/api/v1/brands/{brand}/keys', { params: { path: { brand }, header: { 'Idempotency-Key': key } }, body }));
}

export async function revokeKey(brand: string, id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/brands/{brand}/keys/{id}', { params: { path: { brand, id } } }));
}
