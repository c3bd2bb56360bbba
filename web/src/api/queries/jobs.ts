import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';
import type { Job } from '../types';

const ACTIVE_POLL_MS = 2_000;
const IDLE_POLL_MS = 20_000;

export const jobsKey = (brand: string) => ['brands', brand, 'jobs'] as const;

/** Whether a job may still change. */
export function isActive(job: Job): boolean {
  return job.status === 'waiting' || job.status === 'running';
}

/** The latest jobs of a brand, asked for often while one runs. */
export const jobsQuery = (brand: string) =>
  queryOptions({
    queryKey: [...jobsKey(brand), 'list'],
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/brands/{brand}/jobs', { params: { path: { brand }, query: { limit: 20 } }, signal }))).items,
    refetchInterval: (query) => (query.state.data?.some(isActive) ? ACTIVE_POLL_MS : IDLE_POLL_MS),
  });

/** One job, asked for until it ends (`useJob` also listens to its events). */
export const jobQuery = (brand: string, id: string) =>
  queryOptions({
    queryKey: [...jobsKey(brand), id],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/brands/{brand}/jobs/{job}', { params: { path: { brand, job: id } }, signal })),
    refetchInterval: (query) => (query.state.data === undefined || isActive(query.state.data) ? ACTIVE_POLL_MS : false),
  });

export function cancelJob(brand: string, id: string): Promise<Job> {
  return unwrap(client.POST('/api/v1/brands/{brand}/jobs/{job}/cancel', { params: { path: { brand, job: id } } }));
}

/** Listens to a job until it ends; returns how to stop listening. */
export function listenToJob(brand: string, id: string, onJob: (job: Job) => void): () => void {
  if (typeof EventSource === 'undefined') return () => undefined;
  const source = new EventSource(`/api/v1/brands/${encodeURIComponent(brand)}/jobs/${encodeURIComponent(id)}/events`);
  source.addEventListener('job', (event) => {
    // The stream carries the same `Job` as the document describes.
    const job = JSON.parse((event as MessageEvent<string>).data) as Job;
    onJob(job);
    if (!isActive(job)) source.close();
  });
  // The query goes on asking when the stream breaks.
  source.addEventListener('error', () => source.close());
  return () => source.close();
}
