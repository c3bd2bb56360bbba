import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { startImport } from '@/api/queries/imports';
import { cancelJob, jobQuery, jobsKey } from '@/api/queries/jobs';

import { useAttemptKey } from './use-attempt-key';
import { useJob } from './use-job';

type Request = { mapping: string; uploads: string[]; source?: string };

/** Starts an import, once however often it is asked for, and follows the job that the page names in its address. */
export function useImportJob(brand: string, jobId: string | undefined, onJob: (id: string) => void) {
  const queryClient = useQueryClient();
  const attempt = useAttemptKey();
  const job = useJob(brand, jobId);
  const start = useMutation({
    mutationFn: (request: Request) => startImport(brand, request, attempt.keyFor(request)),
    onSuccess: (started) => {
      attempt.succeeded();
      queryClient.setQueryData(jobQuery(brand, started.id).queryKey, started);
      void queryClient.invalidateQueries({ queryKey: [...jobsKey(brand), 'list'] });
      onJob(started.id);
    },
  });
  const stop = useMutation({ mutationFn: () => cancelJob(brand, jobId ?? '') });
  const isDone = job.data?.status === 'done';
  useEffect(() => {
    if (!isDone) return;
    // What was deposited changes every number of the brand; files and their preview are as they were.
    void queryClient.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === 'brands' && queryKey[2] !== 'uploads' && queryKey[2] !== 'import-preview' && queryKey[3] !== jobId,
    });
  }, [isDone, jobId, queryClient]);
  return { job, start, stop };
}
