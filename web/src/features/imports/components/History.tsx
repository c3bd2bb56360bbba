import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Import } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { Account } from '@/components/transfer/Account';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useDuration } from '@/hooks/use-duration';
import { useFormat } from '@/hooks/use-format';
import { useIsNarrow } from '@/hooks/use-theme-mode';
import { UNKNOWN } from '@/lib/format/format';

type Props = { brand: string; imports: Import[]; empty: React.ReactNode };

/** Every import with its account. On a narrow screen one below the other. */
export function History({ brand, imports, empty }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const duration = useDuration();
  const took = (each: Import) => (each.finished_at ? duration((Date.parse(each.finished_at) - Date.parse(each.started_at)) / 1000) : UNKNOWN);
  if (imports.length === 0) return empty;
  if (isNarrow) {
    return (
      <ul className="db-list" aria-label={t('imports.history')}>
        {imports.map((each) => (
          <li key={each.deposit} className="db-section db-import">
            <div className="db-run-head">
              <Status status={each.status} /> <b>{each.source}</b>
            </div>
            <Account account={each} />
            <div className="db-muted">
              {format.instant(each.started_at)} · {took(each)}
            </div>
            {each.rejected > 0 && <RejectsLink brand={brand} each={each} />}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <DataTable<Import>
      label={t('imports.history')}
      rows={imports}
      rowKey={(each) => each.deposit}
      pageSize={Number.MAX_SAFE_INTEGER}
      columns={[
        { key: 'status', title: t('imports.column.status'), render: (_, each) => <Status status={each.status} /> },
        { key: 'source', title: t('imports.column.source'), dataIndex: 'source' },
        { key: 'account', title: t('imports.column.account'), render: (_, each) => <Account account={each} /> },
        {
          key: 'rejects',
          title: t('imports.column.rejects'),
          render: (_, each) => (each.rejected > 0 ? <RejectsLink brand={brand} each={each} /> : <span className="db-muted">{t('imports.no_rejects')}</span>),
        },
        { key: 'started', title: t('imports.column.started'), render: (_, each) => <span className="db-figure">{format.instant(each.started_at)}</span> },
        { key: 'took', title: t('imports.column.took'), render: (_, each) => <span className="db-figure">{took(each)}</span> },
        { key: 'deposit', title: t('imports.column.deposit'), dataIndex: 'deposit' },
      ]}
    />
  );
}

function Status({ status }: { status: string }) {
  const { t } = useTranslation();
  if (status === 'done') return <Tag color="success">{t('imports.status.done')}</Tag>;
  if (status === 'failed') return <Tag color="error">{t('imports.status.failed')}</Tag>;
  return <Tag color="processing">{status === 'running' ? t('imports.status.running') : status}</Tag>;
}

function RejectsLink({ brand, each }: { brand: string; each: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  const address = useAddress();
  return <Link to={address(paths.rejects(brand), { source: each.source })}>{t('imports.see_rejects', { n: format.exact(each.rejected) })}</Link>;
}
