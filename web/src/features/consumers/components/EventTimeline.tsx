import '../consumers.css';

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { ConsumerEvent } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { PageSection } from '@/components/layout/QuestionPage';
import { useSetParameters } from '@/hooks/use-address';
import { useBrand, useBrandSlug } from '@/hooks/use-brand';
import { behaviorName } from '@/lib/behaviors';

import { eventsQuery } from '../api/consumers';
import { groupByDay, keyed } from '../model/timeline';
import { EventLine } from './EventLine';

const ALL = '';
/** Pages are asked anew one after the other, and each request is noted in the audit log: more of them come less often. */
const REFRESHED_EVERY_MS = 5_000;

/** What a consumer did, day by day, newest first. */
export function EventTimeline({ consumer, total }: { consumer: number; total: number }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const timezone = useBrand()?.timezone ?? 'UTC';
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  const events = useInfiniteQuery({
    ...eventsQuery(brand, consumer),
    refetchInterval: ({ state }) => REFRESHED_EVERY_MS * Math.max(1, state.data?.pages.length ?? 1),
  });
  const loaded: ConsumerEvent[] = events.data?.pages.flatMap((page) => page.items) ?? [];
  const behavior = search.get('behavior') ?? ALL;
  const shown = behavior === ALL ? loaded : loaded.filter((event) => event.behavior === behavior);
  const behaviors = [...new Set([...loaded.map((event) => event.behavior), ...(behavior === ALL ? [] : [behavior])])];
  // The record is older than the events that came while it is looked at.
  const known = events.hasNextPage ? Math.max(total, loaded.length) : loaded.length;
  const counts = { loaded: loaded.length, total: known, count: shown.length };
  return (
    <PageSection
      title={t('consumers.events.title')}
      extra={
        <Select
          aria-label={t('consumers.events.filter')}
          popupMatchSelectWidth={false}
          value={behavior}
          options={[{ value: ALL, label: t('consumers.events.all') }, ...behaviors.map((value) => ({ value, label: behaviorName(value, t) }))]}
          onChange={(value) => setParameters({ behavior: value === ALL ? undefined : value })}
        />
      }
    >
      {events.error !== null && <ErrorState error={events.error} action="consumers.read" onRetry={() => void events.refetch()} />}
      {events.isPending && <PageSkeleton what={t('consumers.events.title')} rows={8} />}
      {events.data && (
        <>
          <ol className="db-day-events">
            {groupByDay(shown).map(({ day, events: ofDay }) => (
              <li key={day}>
                <h3>{t('consumers.events.day', { day, count: ofDay.length })}</h3>
                <ol className="db-day-events">
                  {keyed(ofDay).map(({ key, event }) => (
                    <EventLine key={key} event={event} timezone={timezone} />
                  ))}
                </ol>
              </li>
            ))}
          </ol>
          {loaded.length === 0 && <p className="db-muted">{t('consumers.events.none')}</p>}
          {loaded.length > 0 && shown.length === 0 && <p>{t('consumers.events.none_of_kind', counts)}</p>}
          {loaded.length > 0 && (
            <p className="db-muted" role="status">
              {behavior === ALL ? t('consumers.events.loaded', counts) : t('consumers.events.of_kind', counts)} {!events.hasNextPage && t('consumers.events.end')}
            </p>
          )}
          {events.hasNextPage && (
            <Button loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
              {t('consumers.events.more')}
            </Button>
          )}
        </>
      )}
    </PageSection>
  );
}
