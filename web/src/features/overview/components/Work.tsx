import { Tag } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';

import type { Import, Overview } from '@/api/types';
import { RunPanel } from '@/components/layout/RunPanel';
import { PageSection } from '@/components/layout/QuestionPage';
import { DataTable } from '@/components/table/DataTable';
import { Figure } from '@/components/ui/Figure';
import { useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

/** What is running, and what was deposited last. */
export function Work({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  return (
    <div className="db-columns">
      <PageSection title={t('overview.running')}>
        {overview.running.length === 0 ? (
          <p className="db-muted">{t('overview.running_none')}</p>
        ) : (
          <ul className="db-list">
            {overview.running.map((job) => (
              <li key={job.id}>
                <RunPanel job={job} compact />
              </li>
            ))}
          </ul>
        )}
      </PageSection>
      <PageSection title={t('overview.deposits')}>
        <Deposits imports={overview.latest_deposits} />
      </PageSection>
    </div>
  );
}

function Deposits({ imports }: { imports: Import[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayRead = useMay('imports.read');
  if (imports.length === 0) return <p className="db-muted">{mayRead ? t('overview.deposits_none') : t('overview.deposits_forbidden')}</p>;
  return (
    <DataTable<Import>
      label={t('overview.deposits')}
      rows={imports}
      rowKey={(row) => row.deposit}
      columns={[
        { title: t('overview.source'), dataIndex: 'source', key: 'source' },
        { title: t('overview.status'), key: 'status', render: (_, row) => <Tag>{statusText(row.status, t)}</Tag> },
        { title: t('overview.accepted'), key: 'accepted', align: 'right', render: (_, row) => <Figure value={row.accepted} /> },
        { title: t('overview.rejected'), key: 'rejected', align: 'right', render: (_, row) => <Figure value={row.rejected} /> },
        { title: t('overview.finished'), key: 'finished', render: (_, row) => format.instant(row.finished_at) },
      ]}
    />
  );
}

function statusText(status: string, t: TFunction): string {
  switch (status) {
    case 'waiting':
    case 'running':
    case 'done':
    case 'failed':
    case 'canceled':
    case 'interrupted':
      return t(`common.run.status.${status}`);
    default:
      return status;
  }
}
