import { Alert, Button, Progress, Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import { isActive } from '@/api/queries/jobs';
import type { Job } from '@/api/types';
import { useFormat } from '@/hooks/use-format';
import { whoOf } from '@/lib/who';

type Props = {
  job: Job;
  /** Absent when the person may not stop it; then the button says why. */
  onStop?: (() => void) | undefined;
  isStopping?: boolean;
  /** Only the bar, for menus. */
  compact?: boolean;
};

const COLOR = { waiting: 'default', running: 'processing', done: 'success', failed: 'error', canceled: 'warning', interrupted: 'warning' } as const;

function percent(job: Job): number {
  const { done, total } = job.progress;
  if (job.status === 'done') return 100;
  return total === null || total === undefined || total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
}

/** What is running, how far it is, since when, what it has done, and how to stop it. */
export function RunPanel({ job, onStop, isStopping = false, compact = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { done, total, unit, phase } = job.progress;
  const name = t(`common.run.kind.${job.kind}`);
  const amount =
    total === null || total === undefined
      ? t('common.run.done', { done: format.exact(done), unit })
      : t('common.run.done_of', { done: format.exact(done), total: format.exact(total), unit });
  const problem = job.problem;
  return (
    <div role="group" aria-label={name} className="db-run">
      <div className="db-run-head">
        <b>{name}</b>
        <Tag color={COLOR[job.status]}>{t(`common.run.status.${job.status}`)}</Tag>
        <span className="db-muted">
          {t('common.run.by', { who: whoOf(job.created_by) })} · {format.instant(job.started_at ?? job.created_at)}
        </span>
        {!compact && isActive(job) && (
          <Button size="small" danger disabled={onStop === undefined} loading={isStopping} onClick={onStop} title={onStop === undefined ? t('common.forbidden_action') : undefined}>
            {isStopping ? t('common.run.stopping') : t('common.run.stop')}
          </Button>
        )}
      </div>
      <Progress
        aria-label={name}
        percent={percent(job)}
        size="small"
        status={job.status === 'failed' ? 'exception' : job.status === 'done' ? 'success' : isActive(job) ? 'active' : 'normal'}
      />
      <div className="db-muted">
        {phase !== '' && `${phase} · `}
        {amount}
      </div>
      {problem !== null && problem !== undefined && (
        <Alert type="error" showIcon title={t('common.run.problem')} description={String(problem['detail'] ?? problem['title'] ?? JSON.stringify(problem))} />
      )}
      {!compact && job.notes.length > 0 && (
        <details>
          <summary>{t('common.run.notes')}</summary>
          <pre className="db-log">{job.notes.join('\n')}</pre>
        </details>
      )}
    </div>
  );
}
