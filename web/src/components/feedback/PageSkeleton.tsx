import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';

import { useElapsed } from '@/hooks/use-elapsed';

type Props = { what: string; rows?: number };

/** The page's shape at once; after two seconds also what is being done. */
export function PageSkeleton({ what, rows = 6 }: Props) {
  const { t } = useTranslation();
  const isSlow = useElapsed(2_000);
  return (
    <div role="status" aria-label={t('common.state.loading')} className="db-skeleton">
      <Skeleton active title paragraph={{ rows }} />
      {isSlow && <p className="db-muted">{t('common.state.still_loading', { what })}</p>}
    </div>
  );
}
