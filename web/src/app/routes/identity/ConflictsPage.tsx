import '@/features/identity/identity.css';

import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import type { IdentityConflicts } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { Answer, PageSection } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { conflictsQuery } from '@/features/identity/api/identity';
import { ConflictList } from '@/features/identity/components/ConflictList';
import { countsOf, kindOf } from '@/features/identity/model/conflicts';
import { useAddress, useSetParameters } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

const ALL = 'all';

/** Ids that were not joined: what they would have joined, and why not. */
export function Component() {
  const { t } = useTranslation();
  const mayRead = useMay('consumers.read');
  return (
    <ListPage title={t('identity.conflicts.title')} intro={t('identity.conflicts.intro')}>
      {mayRead ? <Conflicts /> : <ForbiddenState action="consumers.read" />}
    </ListPage>
  );
}

function Conflicts() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const conflicts = useQuery(conflictsQuery(brand));
  return (
    <QueryState query={conflicts} what={t('identity.conflicts.what_is_read')} action="consumers.read">
      {(data) =>
        data.total === 0 ? (
          <EmptyState
            title={t('identity.conflicts.empty_title')}
            hint={t('identity.conflicts.empty')}
            action={<Link to={address(paths.consumers(brand))}>{t('identity.conflicts.to_consumers')}</Link>}
          />
        ) : (
          <Told data={data} />
        )
      }
    </QueryState>
  );
}

function Told({ data: { conflicts, total } }: { data: IdentityConflicts }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  const kind = kindOf(search.get('kind'));
  const counts = countsOf(conflicts);
  return (
    <div className="db-page">
      <Answer>{t('identity.conflicts.answer', { n: format.exact(total) })}</Answer>
      <PageSection
        title={t('identity.conflicts.list')}
        extra={
          <div className="db-filters">
            <Segmented
              aria-label={t('identity.conflicts.kind')}
              value={kind ?? ALL}
              options={[
                { value: ALL, label: t('identity.conflicts.all') },
                ...counts.map((each) => ({ value: each.kind, label: `${t(`identity.conflicts.kinds.${each.kind}`)} ${format.exact(each.count)}` })),
              ]}
              onChange={(value) => setParameters({ kind: value === ALL ? undefined : value })}
            />
          </div>
        }
      >
        <div className="db-stack">
          <p className="db-muted">{t('identity.conflicts.todo')}</p>
          <ConflictList key={kind ?? ALL} conflicts={kind === undefined ? conflicts : conflicts.filter((one) => one.code === kind)} />
          {total > conflicts.length && <p className="db-muted">{t('identity.conflicts.first', { n: format.exact(conflicts.length), total: format.exact(total) })}</p>}
        </div>
      </PageSection>
    </div>
  );
}
