import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { ConsumerSummary, FlowPeople } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { StageTag } from '@/components/ui/StageTag';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { UNKNOWN } from '@/lib/format/format';

type Props = { people: FlowPeople; codes: string[]; nameOf: (code: string) => string };

/** Some people, their ids masked, each leading to their own page. */
export function PeopleTable({ people, codes, nameOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const address = useAddress();
  return (
    <div className="db-people">
      <p className="db-muted">{t('flow.people_of', { shown: format.exact(people.sample.length), consumers: format.exact(people.consumers) })}</p>
      <DataTable<ConsumerSummary>
        label={t('flow.people')}
        rows={people.sample}
        rowKey={(row) => String(row.consumer)}
        empty={t('flow.people_none')}
        columns={[
          { title: t('flow.consumer'), key: 'consumer', render: (_, row) => <Link to={address(paths.consumer(brand, row.consumer))}>{row.consumer}</Link> },
          {
            title: t('flow.ids'),
            key: 'ids',
            render: (_, row) =>
              row.ids.map((id) => (
                <div key={`${id.type}:${id.masked}`} className="db-people-id">
                  <span className="db-muted">{id.type}</span> {id.masked}
                </div>
              )),
          },
          {
            title: t('flow.now'),
            key: 'stage',
            render: (_, row) => (row.stage === null || row.stage === undefined ? nameOf('none') : <StageTag code={row.stage} name={nameOf(row.stage)} codes={codes} />),
          },
          { title: t('flow.since'), key: 'since', render: (_, row) => <span className="db-figure">{row.stage_since ?? UNKNOWN}</span> },
          { title: t('flow.until'), key: 'until', render: (_, row) => <span className="db-figure">{row.stage_until ?? UNKNOWN}</span> },
        ]}
      />
    </div>
  );
}
