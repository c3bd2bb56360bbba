import { useQuery } from '@tanstack/react-query';
import { Navigate } from 'react-router';
import { useTranslation } from 'react-i18next';

import { brandsQuery } from '@/api/queries/brands';
import { EmptyState } from '@/components/feedback/EmptyState';
import { QueryState } from '@/components/feedback/QueryState';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';

/** Goes to the first brand's overview; without a brand, tells how to make one. */
export function HomePage() {
  const brands = useQuery(brandsQuery);
  const address = useAddress();
  const { t } = useTranslation();
  return (
    <QueryState query={brands} what={t('shell.brand')}>
      {([first]) =>
        first !== undefined ? (
          <Navigate to={address(paths.overview(first.slug))} replace />
        ) : (
          <div className="db-plain">
            <EmptyState
              title={t('shell.no_brands.title')}
              hint={
                <>
                  <p>{t('shell.no_brands.hint')}</p>
                  <code>databank brand add shop --timezone Asia/Shanghai --currency CNY</code>
                </>
              }
            />
          </div>
        )
      }
    </QueryState>
  );
}
