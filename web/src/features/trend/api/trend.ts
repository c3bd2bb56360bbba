import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Day } from '@/lib/days';

/** Daily stage counts. The picture stays while another range is asked for. */
export const trendQuery = (brand: string, from: Day, to: Day, rules: string | undefined) =>
  queryOptions({
    queryKey: ['brands', brand, 'trend', from, to, rules ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/trend', {
          params: { path: { brand }, query: { from, to, ...(rules === undefined ? {} : { rules }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
