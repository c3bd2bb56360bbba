import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';

import { brandsQuery } from '@/api/queries/brands';
import { sessionQuery } from '@/api/queries/session';
import type { Action, Brand } from '@/api/types';
import type { Day } from '@/lib/days';
import { lastCompleteDay, parseDay } from '@/lib/days';

/** The brand in the address. */
export function useBrandSlug(): string {
  return useParams()['brand'] ?? '';
}

/** What is known of the brand in the address; undefined until the list is there. */
export function useBrand(): Brand | undefined {
  const slug = useBrandSlug();
  return useQuery(brandsQuery).data?.find((brand) => brand.slug === slug);
}

/** Whether the person may do something in the brand of the address. */
export function useMay(action: Action): boolean {
  const slug = useBrandSlug();
  return useQuery(sessionQuery).data?.actions[slug]?.includes(action) ?? false;
}

export type AsOf = { day: Day; isDefault: boolean; defaultDay: Day };

/** The day that pages answer for: the one in the address, else the last complete one. */
export function useAsOf(): AsOf {
  const [search] = useSearchParams();
  const brand = useBrand();
  const defaultDay = lastCompleteDay(brand?.timezone ?? 'UTC', brand?.last_event_day, new Date());
  const chosen = parseDay(search.get('as_of'));
  return { day: chosen ?? defaultDay, isDefault: chosen === undefined, defaultDay };
}

/** The rule set in the address, `name` or `name@version`; undefined means the brand's default. */
export function useRules(): string | undefined {
  const [search] = useSearchParams();
  return search.get('rules') ?? undefined;
}
