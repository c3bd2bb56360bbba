import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';

import { importsQuery } from '@/api/queries/imports';
import { isActive, jobsQuery } from '@/api/queries/jobs';
import { EmptyState } from '@/components/feedback/EmptyState';
import { ErrorState } from '@/components/feedback/ErrorState';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { ListPage } from '@/components/layout/ListPage';
import { RunPanel } from '@/components/layout/RunPanel';
import { paths } from '@/config/paths';
import { History } from '@/features/imports/components/History';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

/** What was imported, and the way to a new import. */
export function Component() {
  const { t } = useTranslation();
  const mayRead = useMay('imports.read');
  const mayWrite = useMay('imports.write');
  const brand = useBrandSlug();
  const address = useAddress();
  const navigate = useNavigate();
  const create = (
    <Button
      type="primary"
      icon={<PlusOutlined />}
      disabled={!mayWrite}
      title={mayWrite ? undefined : t('common.forbidden_action')}
      onClick={() => void navigate(address(paths.newImport(brand)))}
    >
      {t('imports.new')}
    </Button>
  );
  return (
    <ListPage title={t('imports.title')} intro={t('imports.intro')} actions={mayRead && create}>
      {mayRead ? <Imports brand={brand} create={create} /> : <ForbiddenState action="imports.read" />}
    </ListPage>
  );
}

function Imports({ brand, create }: { brand: string; create: React.ReactNode }) {
  const { t } = useTranslation();
  const address = useAddress();
  const imports = useInfiniteQuery(importsQuery(brand));
  const active = (useQuery(jobsQuery(brand)).data ?? []).filter((job) => job.kind === 'import' && isActive(job));
  return (
    <>
      {active.length > 0 && (
        <ul className="db-list">
          {active.map((job) => (
            <li key={job.id} className="db-section">
              <RunPanel job={job} compact />
              <Link to={address(paths.newImport(brand), { job: job.id })}>{t('imports.follow')}</Link>
            </li>
          ))}
        </ul>
      )}
      {imports.data !== undefined ? (
        <>
          <History brand={brand} imports={imports.data.pages.flatMap((page) => page.items)} empty={<EmptyState hint={t('imports.empty')} action={create} />} />
          {imports.hasNextPage && (
            <Button loading={imports.isFetchingNextPage} onClick={() => void imports.fetchNextPage()}>
              {t('common.more')}
            </Button>
          )}
        </>
      ) : (
        imports.error === null && <PageSkeleton what={t('imports.what')} />
      )}
      {imports.error !== null && <ErrorState error={imports.error} action="imports.read" onRetry={() => void imports.refetch()} />}
    </>
  );
}
