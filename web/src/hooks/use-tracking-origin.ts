import { useQuery } from '@tanstack/react-query';

import { sessionQuery } from '@/api/queries/session';
import { trackingOrigin } from '@/lib/snippets';

/** Where SDKs send events. */
export function useTrackingOrigin(): string {
  return trackingOrigin(useQuery(sessionQuery).data?.tracking, location);
}
