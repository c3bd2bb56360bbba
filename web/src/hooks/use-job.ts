import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { jobQuery, listenToJob } from '@/api/queries/jobs';

/** A job, followed until it ends. */
export function useJob(brand: string, id: string | undefined) {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (id === undefined) return;
    return listenToJob(brand, id, (job) => queryClient.setQueryData(jobQuery(brand, id).queryKey, job));
  }, [brand, id, queryClient]);
  return useQuery({ ...jobQuery(brand, id ?? ''), enabled: id !== undefined });
}
