import { delay, http, HttpResponse } from 'msw';

import type { Job } from '@/api/types';

import { db } from '../db';
import { problem } from '../problem';

const JOB = '*/api/v1/brands/:brand/jobs/:job';
const READING_STEPS = 5;

const find = (id: unknown) => db.jobs.find((job) => job.id === id);
const isOver = (job: Job) => job.status !== 'waiting' && job.status !== 'running';

/** Takes a job that was started here one step on: it reads, publishes, ends. */
function step(job: Job): void {
  const end = db.intake.endings.get(job.id);
  if (end === undefined || isOver(job)) return;
  const total = job.progress.total ?? 0;
  job.status = 'running';
  job.started_at ??= '2026-11-01T02:00:01Z';
  if (job.progress.phase === 'publishing') {
    job.result = end();
    job.status = 'done';
    job.finished_at = '2026-11-01T02:00:09Z';
    db.intake.endings.delete(job.id);
  } else if (job.progress.phase === 'reading' && job.progress.done >= total) {
    job.progress = { phase: 'publishing', done: 0, total: null, unit: '', rows: job.progress.rows ?? 0 };
  } else {
    const done = Math.min(total, job.progress.done + Math.ceil(total / READING_STEPS));
    job.progress = { phase: 'reading', done, total, unit: 'bytes', rows: Math.ceil(done / 40) };
  }
}

export const jobHandlers = [
  http.get(`${JOB}/events`, ({ params }) => {
    const job = find(params['job']);
    if (job === undefined) return problem(404, 'not_found', 'no such job');
    const encoder = new TextEncoder();
    let isSent = false;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (isSent) {
          await delay(db.intake.paceMs);
          step(job);
        }
        isSent = true;
        controller.enqueue(encoder.encode(`event: job\ndata: ${JSON.stringify(job)}\n\n`));
        if (isOver(job)) controller.close();
      },
    });
    return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
  }),
  http.get(JOB, ({ params }) => {
    const job = find(params['job']);
    return job === undefined ? problem(404, 'not_found', 'no such job') : HttpResponse.json(job);
  }),
  http.post(`${JOB}/cancel`, ({ params }) => {
    const job = find(params['job']);
    if (job === undefined) return problem(404, 'not_found', 'no such job');
    if (!isOver(job)) {
      job.status = 'canceled';
      job.finished_at = '2026-11-01T02:00:05Z';
    }
    return HttpResponse.json(job, { status: 202 });
  }),
];
