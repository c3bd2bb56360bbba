import { useMutation, useQueryClient } from '@tanstack/react-query';

import { foundByKey, lookupConsumer } from '@/api/queries/consumers';

import { useBrandSlug } from './use-brand';

/** Finds a consumer by an id `TYPE:VALUE`, and keeps in mind by which. */
export function useConsumerLookup(onFound: (consumer: number) => void) {
  const brand = useBrandSlug();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => lookupConsumer(brand, id),
    onSuccess: (consumer, id) => {
      queryClient.setQueryData(foundByKey(brand, consumer), id);
      onFound(consumer);
    },
  });
}

/** The id by which a consumer was found a moment ago. It is in this page's memory only, and forgotten after some minutes. */
export function useFoundBy(consumer: number): string | undefined {
  return useQueryClient().getQueryData<string>(foundByKey(useBrandSlug(), consumer));
}
