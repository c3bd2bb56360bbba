import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';
import type { Brand } from '../types';

/** The brands that this person may see. */
export const brandsQuery = queryOptions({
  queryKey: ['brands'] as const,
  queryFn: async ({ signal }): Promise<Brand[]> => {
    const brands: Brand[] = [];
    let page: string | undefined;
    do {
      const answer = await unwrap(client.GET('/api/v1/brands', { params: { query: { limit: 200, ...(page ? { page } : {}) } }, signal }));
      brands.push(...answer.items);
      page = answer.next_page ?? undefined;
    } while (page !== undefined);
    return brands;
  },
});
