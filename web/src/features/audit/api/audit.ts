import { infiniteQueryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';

const AT_ONCE = 50;

/** Entries of a brand, or of the whole installation, newest first, page by page. */
export const auditQuery = (brand: string | undefined, question: Record<string, string>) =>
  infiniteQueryOptions({
    queryKey: brand === undefined ? ['audit', question] : ['brands', brand, 'audit', question],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...question, limit: AT_ONCE, ...(pageParam === '' ? {} : { page: pageParam }) };
      return brand === undefined
        ? unwrap(client.GET('/api/v1/audit', { params: { query }, signal }))
        : unwrap(client.GET('/api/v1/brands/{brand}/audit', { params: { path: { brand }, query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page ?? undefined,
  });
