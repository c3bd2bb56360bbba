import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import { rejectsQuery, rejectsSummaryQuery } from '@/api/queries/rejects';
import type { RejectsSummary } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { ErrorState } from '@/components/feedback/ErrorState';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { Answer, PageSection } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { Filters } from '@/features/rejects/components/Filters';
import { RejectsTable } from '@/features/rejects/components/RejectsTable';
import { Repair } from '@/features/rejects/components/Repair';
import type { Replay } from '@/features/rejects/components/ReplayDrawer';
import { ReplayDrawer } from '@/features/rejects/components/ReplayDrawer';
import { Summary } from '@/features/rejects/components/Summary';
import { filterOf, isFiltered } from '@/features/rejects/model/filter';
import { mayBeTracked, suggestedSteps } from '@/features/rejects/model/suggested';
import { useAddress, useSetParameters } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

/** Rows that were refused: why, and how they come back. */
export function Component() {
  const { t } = useTranslation();
  const maySee = useMay('rejects.summary');
  return (
    <ListPage title={t('rejects.title')} intro={t('rejects.intro')}>
      {maySee ? <Rejects /> : <ForbiddenState action="rejects.summary" />}
    </ListPage>
  );
}

function Rejects() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const mayRead = useMay('rejects.read');
  const mayImport = useMay('imports.write');
  const [search] = useSearchParams();
  const summary = useQuery(rejectsSummaryQuery(brand));
  const [replay, setReplay] = useState<Replay>();
  const isRepairing = search.has('job') || search.has('uploads');
  return (
    <QueryState query={summary} what={t('rejects.what')} action="rejects.summary">
      {(data) => (
        <div className="db-page">
          {data.total === 0 ? (
            <EmptyState
              title={t('rejects.empty_title')}
              hint={t('rejects.empty')}
              action={<Link to={address(paths.imports(brand))}>{t('rejects.to_imports')}</Link>}
            />
          ) : mayRead ? (
            <Rows brand={brand} summary={data} onReplay={mayImport ? setReplay : undefined} />
          ) : (
            <SummaryOnly summary={data} />
          )}
          {mayRead && mayImport && (data.total > 0 || isRepairing) && <Repair brand={brand} left={data.total} />}
          <ReplayDrawer brand={brand} replay={replay} onClose={() => setReplay(undefined)} />
        </div>
      )}
    </QueryState>
  );
}

function SummaryOnly({ summary }: { summary: RejectsSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <Answer>{t('rejects.answer', { n: format.exact(summary.total) })}</Answer>
      <Summary summary={summary} code={undefined} source={undefined} />
      <Alert type="info" showIcon title={t('rejects.summary_only')} />
    </>
  );
}

type RowsProps = {
  brand: string;
  summary: RejectsSummary;
  /** Absent when the person may not bring rows back. */
  onReplay: ((replay: Replay) => void) | undefined;
};

function Rows({ brand, summary, onReplay }: RowsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const setParameters = useSetParameters();
  const [search] = useSearchParams();
  const filter = filterOf(search);
  const rejects = useInfiniteQuery(rejectsQuery(brand, filter));
  const rows = rejects.data?.pages.flatMap((page) => page.items) ?? [];
  const isOffered = onReplay !== undefined && mayBeTracked(rows, filter, rejects.hasNextPage);
  const matching = rejects.data?.pages[0]?.total;
  return (
    <>
      <Answer>
        {isFiltered(filter) && matching !== undefined
          ? t('rejects.answer_filtered', { n: format.exact(matching), total: format.exact(summary.total) })
          : t('rejects.answer', { n: format.exact(summary.total) })}
      </Answer>
      <Summary summary={summary} code={filter.code} source={filter.source} onFilter={setParameters} />
      <PageSection
        title={t('rejects.rows')}
        extra={isOffered && <Button onClick={() => onReplay({ filter, suggested: suggestedSteps(rows) })}>{t('rejects.replay.title')}</Button>}
      >
        <div className="db-stack">
          <Filters brand={brand} summary={summary} filter={filter} onFilter={setParameters} />
          {rejects.error !== null && <ErrorState error={rejects.error} action="rejects.read" onRetry={() => void rejects.refetch()} />}
          {rejects.error === null && <RejectsTable rows={rows} isLoading={rejects.isPending} onFile={(file) => setParameters({ file })} />}
          {rejects.hasNextPage && (
            <Button loading={rejects.isFetchingNextPage} onClick={() => void rejects.fetchNextPage()}>
              {t('common.more')}
            </Button>
          )}
        </div>
      </PageSection>
    </>
  );
}
