import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { TrackingCounts } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { Answer, PageSection } from '@/components/layout/QuestionPage';
import { useSetParameters } from '@/hooks/use-address';
import { useBrand, useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

import { countsQuery } from '../api/tracking';
import type { Range } from '../model/range';
import { RANGES, rangeOf } from '../model/range';
import { ArrivalsChart } from './ArrivalsChart';
import { Figures } from './Figures';
import { HowToSend } from './HowToSend';
import { SourceTable } from './SourceTable';

const REFRESHED_EVERY_MS = 5_000;

/** What came, asked anew every few seconds while somebody looks. */
export function LiveEvents() {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const known = useBrand();
  const timezone = known?.timezone ?? 'UTC';
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  const range = rangeOf(search);
  const counts = useQuery({
    ...countsQuery(brand, range, timezone),
    // Days are those of the brand.
    enabled: known !== undefined,
    staleTime: 0,
    refetchInterval: REFRESHED_EVERY_MS,
  });
  const total = counts.data?.total.received;
  const isEmpty = total === 0 && counts.data?.waiting.events === 0;
  // Whether nothing ever came or only nothing just now: asked once, when there is reason to.
  const month = useQuery({ ...countsQuery(brand, 'month', timezone), enabled: isEmpty && range !== 'month' });
  const ofMonth = range === 'month' ? total : month.data?.total.received;
  if (counts.data === undefined) {
    return counts.error === null ? <PageSkeleton what={t('tracking.what')} rows={10} /> : <ErrorState error={counts.error} action="imports.read" onRetry={() => void counts.refetch()} />;
  }
  if (isEmpty && ofMonth === 0) {
    return (
      <div className="db-page">
        <EmptyState title={t('tracking.start.empty_title')} hint={t('tracking.start.empty')} />
        <PageSection title={t('tracking.start.title')}>
          <HowToSend />
        </PageSection>
      </div>
    );
  }
  return (
    <div className="db-page">
      <div className="db-filters">
        <Segmented<Range>
          aria-label={t('tracking.range')}
          value={range}
          options={RANGES.map((value) => ({ value, label: t(`tracking.ranges.${value}`) }))}
          onChange={(next) => setParameters({ range: next === 'hour' ? undefined : next })}
        />
        <span className="db-muted">{t('tracking.refreshed', { timezone })}</span>
      </div>
      {counts.error !== null && (
        <Alert type="warning" showIcon role="status" title={t('tracking.stale', { time: format.instant(new Date(counts.dataUpdatedAt).toISOString(), timezone) })} />
      )}
      <Report document={counts.data} range={range} timezone={timezone} ofMonth={ofMonth} />
      <details className="db-section">
        <summary>{t('tracking.start.fold')}</summary>
        <HowToSend />
      </details>
    </div>
  );
}

type ReportProps = { document: TrackingCounts; range: Range; timezone: string; ofMonth: number | undefined };

function Report({ document, range, timezone, ofMonth }: ReportProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const setParameters = useSetParameters();
  const { received, accepted, rejected } = document.total;
  const words = { range: t(`tracking.ranges.${range}`), n: format.exact(received), accepted: format.exact(accepted), rejected: format.exact(rejected), rate: format.rate(rejected / received) };
  return (
    <>
      {received > 0 && <Answer>{rejected > 0 ? t('tracking.answer_rejected', words) : t('tracking.answer', words)}</Answer>}
      <Figures document={document} timezone={timezone} />
      {received > 0 ? (
        <>
          <ArrivalsChart document={document} timezone={timezone} />
          <SourceTable sources={document.sources} />
        </>
      ) : (
        <section className="db-section">
          <EmptyState
            title={t('tracking.chart.none_title', words)}
            hint={ofMonth === undefined ? '' : t('tracking.chart.none', { n: format.exact(ofMonth) })}
            action={range !== 'month' && <Button onClick={() => setParameters({ range: 'month' })}>{t('tracking.chart.to_month')}</Button>}
          />
        </section>
      )}
    </>
  );
}
