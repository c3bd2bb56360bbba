import { Empty } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { title?: string; hint: ReactNode; action?: ReactNode };

/** Nothing here yet, and the first step that changes it. */
export function EmptyState({ title, hint, action }: Props) {
  const { t } = useTranslation();
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <div className="db-empty-title">{title ?? t('common.state.empty_title')}</div>
          <div className="db-muted">{hint}</div>
        </>
      }
    >
      {action}
    </Empty>
  );
}
