import { useQuery } from '@tanstack/react-query';
import { Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { asApiError } from '@/api/errors';
import { rulesVersionQuery } from '@/api/queries/rules';
import type { Consumer } from '@/api/types';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { NotFoundState } from '@/components/feedback/NotFoundState';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { paths } from '@/config/paths';
import { consumerQuery } from '@/features/consumers/api/consumers';
import { ConsumerFacts } from '@/features/consumers/components/ConsumerFacts';
import { ConsumerHead } from '@/features/consumers/components/ConsumerHead';
import { EventTimeline } from '@/features/consumers/components/EventTimeline';
import { StageHistory } from '@/features/consumers/components/StageHistory';
import { WhySection } from '@/features/identity/components/WhySection';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

/** One consumer: stage now and over time, what is known, what happened. */
export function Component() {
  const { consumer = '' } = useParams();
  if (!/^\d{1,10}$/.test(consumer)) return <NotFoundState />;
  return <Record number={Number(consumer)} />;
}

function Record({ number }: { number: number }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const mayRead = useMay('consumers.read');
  const consumer = useQuery({ ...consumerQuery(brand, number), enabled: mayRead });
  const isMissing = consumer.error !== null && asApiError(consumer.error).code === 'not_found';
  const find = <Link to={address(paths.consumers(brand))}>{t('consumers.find_another')}</Link>;
  if (!mayRead) return <ForbiddenState action="consumers.read" />;
  if (isMissing) {
    return (
      <Result
        status="404"
        icon={<span className="db-big-code">404</span>}
        title={t('consumers.not_found_title')}
        subTitle={t('consumers.not_found_hint', { number })}
        extra={find}
      />
    );
  }
  return (
    <ListPage title={t('consumers.number', { number: consumer.data?.consumer ?? number })} intro={t('consumers.ids_hint')} actions={find}>
      <QueryState query={consumer} what={t('consumers.number', { number })} action="consumers.read" rows={12}>
        {(record) => <Answered record={record} />}
      </QueryState>
    </ListPage>
  );
}

function Answered({ record }: { record: Consumer }) {
  const codes = useCodes(record);
  return (
    <div className="db-page">
      <ConsumerHead consumer={record} codes={codes} />
      <StageHistory consumer={record} codes={codes} />
      <ConsumerFacts consumer={record} />
      <WhySection consumer={record} />
      <EventTimeline consumer={record.consumer} total={record.totals.events} />
    </div>
  );
}

/** The stages of the record's rule set, shallowest first; those of its stays until they are known. */
function useCodes(record: Consumer): string[] {
  const brand = useBrandSlug();
  const [name = '', version = ''] = record.rule_set.split('@');
  const rules = useQuery({ ...rulesVersionQuery(brand, name, Number(version)), enabled: /^\d+$/.test(version) });
  const known = rules.data?.rule_set.stages.map((stage) => stage.code).reverse();
  return known ?? [...new Set(record.history.map((stay) => stay.stage))];
}
