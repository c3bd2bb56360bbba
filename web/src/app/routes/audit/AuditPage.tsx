import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { sessionQuery } from '@/api/queries/session';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { ListPage } from '@/components/layout/ListPage';
import { AuditFilterBar } from '@/features/audit/components/AuditFilterBar';
import { AuditList } from '@/features/audit/components/AuditList';
import { filtersOf, questionOf } from '@/features/audit/model/filters';
import { useBrand, useBrandSlug, useMay } from '@/hooks/use-brand';

/** Who did what: in the brand, or everywhere for those who manage the installation. */
export function Component() {
  const { t } = useTranslation();
  const slug = useBrandSlug();
  const timezone = useBrand()?.timezone ?? 'UTC';
  const [search] = useSearchParams();
  const mayRead = useMay('audit.read');
  const mayReadAll = useQuery(sessionQuery).data?.installation_actions.includes('installation.manage') ?? false;
  const filters = useMemo(() => filtersOf(search), [search]);
  if (!mayRead && !mayReadAll) return <ForbiddenState action="audit.read" />;
  const isAll = mayReadAll && (filters.scope === 'all' || !mayRead);
  return (
    <ListPage title={t('audit.title')} intro={t('audit.intro')} filters={<AuditFilterBar filters={filters} mayReadAll={mayReadAll && mayRead} />}>
      <AuditList brand={isAll ? undefined : slug} question={questionOf(filters, timezone)} />
    </ListPage>
  );
}
