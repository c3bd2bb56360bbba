import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';

const key = (brand: string, consumer: number) => ['brands', brand, 'consumers', consumer] as const;

/** One consumer's record. */
export const consumerQuery = (brand: string, consumer: number) =>
  queryOptions({
    queryKey: [...key(brand, consumer), 'record'],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/v1/brands/{brand}/consumers/{consumer}', { params: { path: { brand, consumer } }, signal })),
  });

const EVENTS_AT_ONCE = 50;

/** What a consumer did, newest first, page by page. */
export const eventsQuery = (brand: string, consumer: number) =>
  infiniteQueryOptions({
    queryKey: [...key(brand, consumer), 'events'],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/consumers/{consumer}/events', {
          params: { path: { brand, consumer }, query: { limit: EVENTS_AT_ONCE, ...(pageParam === '' ? {} : { page: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_page ?? undefined,
  });
