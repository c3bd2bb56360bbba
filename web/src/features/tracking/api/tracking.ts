import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { TrackingSettings } from '@/api/types';

import type { Range } from '../model/range';
import { fromOf, STEP_OF } from '../model/range';

const trackingKey = (brand: string) => ['brands', brand, 'tracking'] as const;

/** What came in a range that ends now: it goes with the clock. The last hour is the server's own, whatever the clock here says. */
export const countsQuery = (brand: string, range: Range, timezone: string) =>
  queryOptions({
    queryKey: [...trackingKey(brand), 'counts', range, timezone] as const,
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/tracking/counts', {
          params: { path: { brand }, query: { step: STEP_OF[range], ...(range === 'hour' ? {} : { from: fromOf(range, timezone, new Date()) }) } },
          signal,
        }),
      ),
  });

export const settingsKey = (brand: string) => [...trackingKey(brand), 'settings'] as const;

/** How a brand's events are named, and where its tracked links may lead. */
export const settingsQuery = (brand: string) =>
  queryOptions({
    queryKey: settingsKey(brand),
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/brands/{brand}/tracking', { params: { path: { brand } }, signal })),
  });

export function saveSettings(brand: string, body: TrackingSettings): Promise<TrackingSettings> {
  return unwrap(client.PUT('/api/v1/brands/{brand}/tracking', { params: { path: { brand } }, body }));
}
