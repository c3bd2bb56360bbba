import { Tag, Tooltip } from 'antd';
import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Consumer } from '@/api/types';
import { PageSection } from '@/components/layout/QuestionPage';
import { DataTable } from '@/components/table/DataTable';
import { useBrand } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { idTypeName } from '@/lib/id-types';

/** What is known of a consumer: sums, masked ids, attributes. */
export function ConsumerFacts({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { totals } = consumer;
  return (
    <>
      <PageSection title={t('consumers.totals.title')}>
        <dl className="db-facts">
          <Fact name={t('consumers.totals.events')} value={format.exact(totals.events)} />
          <Fact name={t('consumers.totals.spent')} value={totals.amounts.length === 0 ? t('consumers.totals.nothing_bought') : totals.amounts.map((amount) => format.money(amount)).join(' + ')} />
          <Fact name={t('consumers.totals.first')} value={totals.first_day ?? '—'} />
          <Fact name={t('consumers.totals.last')} value={totals.last_day ?? '—'} />
        </dl>
      </PageSection>
      <div className="db-columns">
        <Ids ids={consumer.ids} />
        <Attributes attributes={consumer.attributes} />
      </div>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="db-figure">{value}</dd>
    </div>
  );
}

function Ids({ ids }: { ids: Consumer['ids'] }) {
  const { t } = useTranslation();
  return (
    <PageSection title={t('consumers.ids')} extra={<span className="db-muted">{t('consumers.ids_hint')}</span>}>
      <ul className="db-list" aria-label={t('consumers.ids')}>
        {ids.map((id, place) => (
          <li key={place}>
            {idTypeName(id.type, t)} <code>{id.masked}</code>{' '}
            {id.alias && (
              <Tooltip title={t('consumers.alias_hint')}>
                <Tag tabIndex={0}>{t('consumers.alias')}</Tag>
              </Tooltip>
            )}
            <span className="db-muted">{t('consumers.profile', { number: id.profile })}</span>
          </li>
        ))}
      </ul>
    </PageSection>
  );
}

function Attributes({ attributes }: { attributes: Consumer['attributes'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  // Days and times are the brand's, as those of events.
  const timezone = useBrand()?.timezone ?? 'UTC';
  const columns: TableColumnsType<Consumer['attributes'][number]> = [
    { title: t('consumers.attribute'), dataIndex: 'name' },
    { title: t('consumers.value'), key: 'value', render: (_, row) => (typeof row.value === 'string' ? row.value : JSON.stringify(row.value)) },
    { title: t('consumers.since'), key: 'since', render: (_, row) => format.instant(row.valid_from, timezone) },
    { title: t('consumers.source'), dataIndex: 'source' },
  ];
  return (
    <PageSection title={t('consumers.attributes')}>
      {attributes.length === 0 ? (
        <p className="db-muted">{t('consumers.no_attributes')}</p>
      ) : (
        <DataTable label={`${t('consumers.attributes')}: ${attributes.length}`} columns={columns} rows={attributes} rowKey={(row) => row.name} />
      )}
    </PageSection>
  );
}
