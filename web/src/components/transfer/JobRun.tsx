import { Alert, Button, Progress, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { isActive } from '@/api/queries/jobs';
import type { Job } from '@/api/types';
import { useDuration } from '@/hooks/use-duration';
import { useFormat } from '@/hooks/use-format';
import type { Sample } from '@/lib/rate';
import { ratePerSecond, secondsLeft, withSample } from '@/lib/rate';
import { whoOf } from '@/lib/who';

type Props = {
  job: Job;
  /** When this was heard, milliseconds. */
  heardAt: number;
  onStop?: (() => void) | undefined;
  isStopping?: boolean;
};

const COLOR = { waiting: 'default', running: 'processing', done: 'success', failed: 'error', canceled: 'warning', interrupted: 'warning' } as const;

/** Work that reads files: its phase, rows, bytes, speed, how long it will take, and how to stop it. */
export function JobRun({ job, heardAt, onStop, isStopping = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const duration = useDuration();
  const phase = usePhase(job.progress.phase);
  const { done, total, unit, rows } = job.progress;
  const rate = useRate(done, heardAt);
  const left = secondsLeft(rate, done, total);
  const isBytes = unit === 'bytes';
  const amount = (value: number) => (isBytes ? format.bytes(value) : `${format.exact(value)} ${unit}`);
  const percent = job.status === 'done' ? 100 : total === null || total === undefined || total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
  const took = job.started_at && job.finished_at ? (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000 : undefined;
  const facts = [
    isActive(job) && (phase === '' ? t('transfer.starting') : phase),
    isActive(job) && total !== null && total !== undefined && t('transfer.sent_of', { sent: amount(done), total: amount(total) }),
    isActive(job) && isBytes && rate !== undefined && rate > 0 && t('transfer.speed', { speed: format.bytes(rate) }),
    rows !== null && rows !== undefined && t('transfer.rows', { n: format.exact(rows) }),
    isActive(job) && left !== undefined && t('transfer.left', { time: duration(left) }),
    took !== undefined && t('transfer.took', { time: duration(took) }),
  ].filter((fact) => typeof fact === 'string');
  const problem = job.problem;
  return (
    <section aria-label={t(`common.run.kind.${job.kind}`)} className="db-run">
      <div className="db-run-head">
        <Tag color={COLOR[job.status]}>{t(`common.run.status.${job.status}`)}</Tag>
        <span className="db-muted">
          {t('common.run.by', { who: whoOf(job.created_by) })} · {format.instant(job.started_at ?? job.created_at)}
        </span>
        {isActive(job) && onStop !== undefined && (
          <Button size="small" danger loading={isStopping} onClick={onStop}>
            {isStopping ? t('common.run.stopping') : t('common.run.stop')}
          </Button>
        )}
      </div>
      <Progress
        aria-label={t(`common.run.kind.${job.kind}`)}
        percent={percent}
        size="small"
        status={job.status === 'failed' ? 'exception' : job.status === 'done' ? 'success' : isActive(job) ? 'active' : 'normal'}
      />
      <div className="db-figure db-run-facts" aria-live="polite">
        {facts.join(' · ')}
      </div>
      {problem !== null && problem !== undefined && (
        <Alert type="error" showIcon role="alert" title={t('common.run.problem')} description={String(problem['detail'] ?? problem['title'] ?? JSON.stringify(problem))} />
      )}
      {job.notes.length > 0 && (
        <details>
          <summary>{t('common.run.notes')}</summary>
          <pre className="db-log">{job.notes.join('\n')}</pre>
        </details>
      )}
    </section>
  );
}

/** What a phase is called, in the reader's language when we know it. */
function usePhase(phase: string): string {
  const { t } = useTranslation();
  switch (phase) {
    case 'reading':
    case 'linking people':
    case 'placing rows':
    case 'sweeping stage histories':
    case 'publishing':
      return t(`transfer.phase.${phase}`);
    default:
      return phase;
  }
}

/** How fast it goes, from what was heard so far. */
function useRate(done: number, heardAt: number): number | undefined {
  const [samples, setSamples] = useState<Sample[]>([]);
  const last = samples.at(-1);
  if (last?.at !== heardAt || last.done !== done) setSamples(withSample(samples, { at: heardAt, done }));
  return ratePerSecond(samples);
}
