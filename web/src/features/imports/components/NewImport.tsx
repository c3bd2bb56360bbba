import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { asApiError } from '@/api/errors';
import { isActive } from '@/api/queries/jobs';
import type { ImportPreview } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSection } from '@/components/layout/QuestionPage';
import { FileDrop } from '@/components/transfer/FileDrop';
import { JobRun } from '@/components/transfer/JobRun';
import { UploadList } from '@/components/transfer/UploadList';
import { useSetParameters } from '@/hooks/use-address';
import { useDebounced } from '@/hooks/use-debounced';
import { useDraft } from '@/hooks/use-draft';
import { useFormat } from '@/hooks/use-format';
import { useIdList } from '@/hooks/use-id-list';
import { useImportJob } from '@/hooks/use-import-job';
import { useUploads } from '@/hooks/use-uploads';

import { previewQuery } from '../api/preview';
import { mappingProblem } from '../model/error-place';
import { FileDetails } from './FileDetails';
import { MappingStep } from './MappingStep';
import { Outcome } from './Outcome';
import { Preview } from './Preview';
import { RunStep } from './RunStep';

const PREVIEW_AFTER_MS = 500;

/** A new import. Files and job are in the address and the mapping in the tab, so a reload loses nothing. */
export function NewImport({ brand }: { brand: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const setParameters = useSetParameters();
  const [search] = useSearchParams();
  const jobId = search.get('job') ?? undefined;
  const ids = useIdList('uploads');
  const uploads = useUploads(brand, ids, (next) => setParameters({ uploads: next.length === 0 ? undefined : next.join(',') }));
  const [text, setText] = useDraft(`databank.mapping.${brand}`);
  const [source, setSource] = useState('');
  const run = useImportJob(brand, jobId, (job) => setParameters({ job }));

  const readyIds = uploads.ready.filter((each) => each.upload !== undefined).map((each) => each.id);
  const rested = useDebounced(text, PREVIEW_AFTER_MS);
  const mayPreview = jobId === undefined && !uploads.isBusy && readyIds.length > 0 && rested.trim() !== '';
  const preview = useQuery({ ...previewQuery(brand, rested, readyIds), enabled: mayPreview });
  // A refused mapping leaves the query without data; the last good rows stay beside it.
  const [lastGood, setLastGood] = useState<ImportPreview>();
  if (preview.data !== undefined && preview.data !== lastGood) setLastGood(preview.data);
  const refusal = mayPreview && preview.error !== null && text === rested ? asApiError(preview.error) : undefined;
  const isMappingWrong = refusal?.status === 422;
  const problem = refusal !== undefined && isMappingWrong ? mappingProblem(refusal, rested) : undefined;

  const reason = uploads.isBusy
    ? t('imports.run.needs_upload')
    : readyIds.length === 0
      ? t('imports.run.needs_files')
      : text.trim() === ''
        ? t('imports.run.needs_mapping')
        : isMappingWrong
          ? t('imports.run.needs_fix')
          : undefined;
  const bytes = uploads.ready.reduce((sum, each) => sum + (each.upload?.bytes ?? 0), 0);
  const job = run.job.data;
  const isRunning = jobId !== undefined && (job === undefined || isActive(job));
  const isLocked = jobId !== undefined && job?.status !== 'failed' && job?.status !== 'canceled' && job?.status !== 'interrupted';

  function leaveJob(withFiles: boolean) {
    run.start.reset();
    setParameters({ job: undefined, ...(withFiles ? {} : { uploads: undefined }) });
  }

  return (
    <div className="db-steps">
      <div className="db-step-files">
        <PageSection title={t('imports.create.step.files')}>
          <div className="db-stack">
            <FileDrop onFiles={uploads.add} disabled={isLocked} />
            <UploadList uploads={uploads} isLocked={isLocked} details={(upload) => <FileDetails upload={upload} />} />
          </div>
        </PageSection>
      </div>
      <div className="db-step-mapping">
        <PageSection title={t('imports.create.step.mapping')}>
          <div className="db-mapping">
            <div className="db-stack">
              <MappingStep brand={brand} uploads={readyIds} text={text} onText={setText} problem={problem} />
            </div>
            <section aria-label={t('imports.preview.title')} className="db-stack">
              <h3>{t('imports.preview.title')}</h3>
              {refusal !== undefined && !isMappingWrong && <ErrorState error={refusal} action="imports.write" onRetry={() => void preview.refetch()} />}
              <Preview preview={mayPreview || isRunning ? (preview.data ?? (problem === undefined ? undefined : lastGood)) : undefined} isUpdating={mayPreview && (preview.isFetching || text !== rested)} isStale={problem !== undefined} />
            </section>
          </div>
        </PageSection>
      </div>
      <div className="db-step-run">
        <PageSection title={t('imports.create.step.run')}>
          <div className="db-stack">
            {jobId === undefined ? (
              <RunStep
                reason={reason}
                summary={t('imports.run.summary', { files: readyIds.length, bytes: format.bytes(bytes) })}
                source={source}
                onSource={setSource}
                onStart={() => run.start.mutate({ mapping: text, uploads: readyIds, ...(source.trim() === '' ? {} : { source: source.trim() }) })}
                isStarting={run.start.isPending}
                error={run.start.error}
              />
            ) : (
              <>
                {run.job.error !== null && <ErrorState error={run.job.error} onRetry={() => void run.job.refetch()} />}
                {job !== undefined && <JobRun key={job.id} job={job} heardAt={run.job.dataUpdatedAt} onStop={() => run.stop.mutate()} isStopping={run.stop.isPending || run.stop.isSuccess} />}
                {run.stop.error !== null && <ErrorState error={run.stop.error} action="imports.write" />}
                {job !== undefined && !isActive(job) && (
                  <Outcome brand={brand} job={job} onFix={() => leaveJob(false)} onAnother={() => leaveJob(false)} onAgain={() => leaveJob(true)} />
                )}
              </>
            )}
          </div>
        </PageSection>
      </div>
    </div>
  );
}
