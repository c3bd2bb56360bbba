import '../identity.css';

import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useSearchParams } from 'react-router';

import type { Consumer } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { PageSection } from '@/components/layout/QuestionPage';
import { WHY } from '@/config/paths';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFoundBy } from '@/hooks/use-consumer-lookup';
import { idTypeName } from '@/lib/id-types';

import { byProfile, explainIdentity, isUnseen } from '../api/identity';
import { AskForm } from './AskForm';
import { Explanation } from './Explanation';

type Question = { id: string; other: string | undefined };

/** Why a consumer's ids are one person. Asked for when wanted: ids are known here by their masks only. */
export function WhySection({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const [search] = useSearchParams();
  const { hash } = useLocation();
  const section = useRef<HTMLDivElement>(null);
  const foundBy = useFoundBy(consumer.consumer);
  const profile = Number(search.get('profile') ?? Number.NaN);
  const other = search.get('with') ?? '';
  const explained = useMutation({ mutationFn: ({ id, other }: Question) => explainIdentity(brand, id, other) });
  useEffect(() => {
    if (hash === `#${WHY}`) section.current?.scrollIntoView();
  }, [hash]);
  const wanted = consumer.ids.find((id) => id.profile === profile && !id.alias);
  const asked = explained.variables;
  // By a number, an id that has no link is not known.
  const isAlone = asked?.other === undefined && asked?.id.startsWith('profile:') === true;
  const [start, compared] = [byProfile(wanted?.profile ?? consumer.consumer), wanted !== undefined && /^\d+$/.test(other) ? byProfile(Number(other)) : undefined];
  const isPairAsked = compared !== undefined;
  return (
    <div id={WHY} ref={section} className="db-why">
      <PageSection title={t('identity.why')}>
        <div className="db-stack">
          <p className="db-muted">{t('identity.why_hint')}</p>
          {wanted !== undefined && <p>{t('identity.wanted', { name: `${idTypeName(wanted.type, t)} ${wanted.masked}` })}</p>}
          <Button type="primary" loading={explained.isPending && asked?.id === start} onClick={() => explained.mutate({ id: start, other: compared })}>
            {t(isPairAsked ? 'identity.ask_pair' : 'identity.ask_at_once')}
          </Button>
          <p className="db-muted">{t('identity.or_typed')}</p>
          <AskForm
            key={consumer.consumer}
            ids={consumer.ids}
            foundBy={foundBy}
            profile={wanted?.profile}
            isPending={explained.isPending}
            onAsk={(id, other) => explained.mutate({ id, other })}
          />
          {explained.isPending && explained.data === undefined && <PageSkeleton what={t('identity.what')} rows={6} />}
          {explained.error !== null &&
            (isUnseen(explained.error) && isAlone ? (
              <Alert type="info" showIcon role="status" title={t('identity.alone')} />
            ) : isUnseen(explained.error) ? (
              <Alert type="warning" showIcon role="alert" title={explained.variables?.other === undefined ? t('consumers.not_found_id') : t('identity.unseen_pair')} />
            ) : (
              <ErrorState error={explained.error} action="consumers.read" />
            ))}
          {explained.data !== undefined && explained.error === null && (
            <Explanation consumer={consumer.consumer} explained={explained.data} onAsk={(id, other) => explained.mutate({ id, other })} />
          )}
        </div>
      </PageSection>
    </div>
  );
}
