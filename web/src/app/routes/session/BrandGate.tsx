import { useQuery } from '@tanstack/react-query';
import { Outlet } from 'react-router';
import { useTranslation } from 'react-i18next';

import { brandsQuery } from '@/api/queries/brands';
import { ErrorState } from '@/components/feedback/ErrorState';
import { NotFoundState } from '@/components/feedback/NotFoundState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { useBrand } from '@/hooks/use-brand';

/** Lets pages assume that their brand is known. */
export function BrandGate() {
  const brands = useQuery(brandsQuery);
  const brand = useBrand();
  const { t } = useTranslation();
  if (brand !== undefined) return <Outlet />;
  return (
    <main className="db-plain">
      {brands.error !== null ? (
        <ErrorState error={brands.error} onRetry={() => void brands.refetch()} />
      ) : brands.data === undefined ? (
        <PageSkeleton what={t('shell.brand')} />
      ) : (
        <NotFoundState />
      )}
    </main>
  );
}
