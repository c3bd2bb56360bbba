import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { REJECTS_MAPPING } from '@/api/queries/imports';
import { isActive } from '@/api/queries/jobs';
import type { Job } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSection } from '@/components/layout/QuestionPage';
import { Account } from '@/components/transfer/Account';
import { FileDrop } from '@/components/transfer/FileDrop';
import { JobRun } from '@/components/transfer/JobRun';
import { UploadList } from '@/components/transfer/UploadList';
import { useSetParameters } from '@/hooks/use-address';
import { useFormat } from '@/hooks/use-format';
import { useIdList } from '@/hooks/use-id-list';
import { useImportJob } from '@/hooks/use-import-job';
import { useUploads } from '@/hooks/use-uploads';
import { accountOf } from '@/lib/account';

type Props = { brand: string; left: number };

/** Corrected rows come back: a file, an import of it, and how many are left. */
export function Repair({ brand, left }: Props) {
  const { t } = useTranslation();
  const setParameters = useSetParameters();
  const [search] = useSearchParams();
  const jobId = search.get('job') ?? undefined;
  const ids = useIdList('uploads');
  const uploads = useUploads(brand, ids, (next) => setParameters({ uploads: next.length === 0 ? undefined : next.join(',') }));
  const run = useImportJob(brand, jobId, (job) => setParameters({ job }));
  const readyIds = uploads.ready.filter((each) => each.upload !== undefined).map((each) => each.id);
  const job = run.job.data;
  const isOver = job !== undefined && !isActive(job);
  function leave(withFiles: boolean) {
    run.start.reset();
    setParameters({ job: undefined, ...(withFiles ? {} : { uploads: undefined }) });
  }
  return (
    <PageSection title={t('rejects.repair.title')}>
      <div className="db-stack">
        <p className="db-muted">{t('rejects.repair.steps')}</p>
        {jobId === undefined ? (
          <>
            <FileDrop onFiles={uploads.add} />
            <UploadList uploads={uploads} />
            <Button
              type="primary"
              disabled={readyIds.length === 0 || uploads.isBusy}
              loading={run.start.isPending}
              onClick={() => run.start.mutate({ mapping: REJECTS_MAPPING, uploads: readyIds })}
            >
              {t('rejects.repair.start')}
            </Button>
            {run.start.error !== null && <ErrorState error={run.start.error} action="imports.write" />}
          </>
        ) : (
          <>
            {run.job.error !== null && <ErrorState error={run.job.error} onRetry={() => void run.job.refetch()} />}
            {job !== undefined && <JobRun key={job.id} job={job} heardAt={run.job.dataUpdatedAt} onStop={() => run.stop.mutate()} isStopping={run.stop.isPending || run.stop.isSuccess} />}
            {run.stop.error !== null && <ErrorState error={run.stop.error} action="imports.write" />}
            {job?.status === 'done' && <Repaired job={job} left={left} />}
            {(isOver || run.job.error !== null) && <Button onClick={() => leave(job?.status !== 'done')}>{job?.status === 'done' ? t('imports.run.another') : t('imports.run.again')}</Button>}
          </>
        )}
      </div>
    </PageSection>
  );
}

function Repaired({ job, left }: { job: Job; left: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const account = accountOf(job.result);
  const repaired = account === undefined ? 0 : account.accepted + account.duplicate;
  return (
    <>
      <Alert
        type={left === 0 ? 'success' : 'info'}
        showIcon
        title={left === 0 ? t('rejects.repair.none_left') : t('rejects.repair.left', { n: format.exact(left) })}
        description={
          <>
            <div>{t('rejects.repair.repaired', { n: format.exact(repaired) })}</div>
            {account !== undefined && account.rejected > 0 && <div>{t('rejects.repair.not_repaired', { n: format.exact(account.rejected) })}</div>}
          </>
        }
      />
      {account !== undefined && <Account account={account} isExplained />}
    </>
  );
}
