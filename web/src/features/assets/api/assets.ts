import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Day } from '@/lib/days';

/** Stage counts and metrics on a day. */
export const assetsQuery = (brand: string, asOf: Day, rules: string | undefined) =>
  queryOptions({
    queryKey: ['brands', brand, 'assets', asOf, rules ?? null],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/assets', {
          params: { path: { brand }, query: { as_of: asOf, ...(rules === undefined ? {} : { rules }) } },
          signal,
        }),
      ),
  });
