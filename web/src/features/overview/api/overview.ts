import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Day } from '@/lib/days';

/** Assets, what moved since last week, running work and latest deposits, in one answer. */
export const overviewQuery = (brand: string, asOf: Day, rules: string | undefined) =>
  queryOptions({
    queryKey: ['brands', brand, 'overview', asOf, rules ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/overview', {
          params: { path: { brand }, query: { as_of: asOf, ...(rules === undefined ? {} : { rules }) } },
          signal,
        }),
      ),
  });
