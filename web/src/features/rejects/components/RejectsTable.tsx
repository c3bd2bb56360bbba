import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Reject } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { RejectReason } from '@/components/transfer/RejectReason';
import { useFormat } from '@/hooks/use-format';
import { useIsNarrow } from '@/hooks/use-theme-mode';
import { UNKNOWN } from '@/lib/format/format';

import { placeOf } from '../model/filter';
import { RowDrawer } from './RowDrawer';

type Props = { rows: Reject[]; isLoading: boolean; onFile: (file: string) => void };

/** Refused rows: where they came from, why, and the row itself beside. */
export function RejectsTable({ rows, isLoading, onFile }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const [shown, setShown] = useState<Reject>();
  const see = (row: Reject) => (
    <Button size="small" aria-label={`${t('rejects.see')} ${placeOf(row) ?? row.id}`} onClick={() => setShown(row)}>
      {t('rejects.see')}
    </Button>
  );
  return (
    <>
      {isNarrow ? (
        <ul className="db-list" aria-label={t('rejects.rows')} aria-busy={isLoading}>
          {rows.map((row) => (
            <li key={row.id} className="db-file db-stack">
              <div className="db-run-head">
                <RejectReason code={row.code} />
                {row.field && <code>{row.field}</code>}
              </div>
              <span className="db-message db-message-wide">{row.message}</span>
              <span className="db-muted db-place">{placeOf(row) ?? UNKNOWN}</span>
              {see(row)}
            </li>
          ))}
          {rows.length === 0 && <li className="db-muted">{t('rejects.no_match')}</li>}
        </ul>
      ) : (
        <DataTable<Reject>
          label={t('rejects.rows')}
          rows={rows}
          rowKey={(row) => row.id}
          isLoading={isLoading}
          pageSize={Number.MAX_SAFE_INTEGER}
          empty={t('rejects.no_match')}
          columns={[
            { key: 'place', title: t('rejects.column.place'), render: (_, row) => <span className="db-place db-figure">{placeOf(row) ?? UNKNOWN}</span> },
            { key: 'code', title: t('rejects.column.reason'), render: (_, row) => <RejectReason code={row.code} /> },
            { key: 'field', title: t('rejects.column.field'), render: (_, row) => (row.field ? <code>{row.field}</code> : UNKNOWN) },
            { key: 'message', title: t('rejects.column.message'), render: (_, row) => <span className="db-message" title={row.message}>{row.message}</span> },
            { key: 'source', title: t('rejects.column.source'), dataIndex: 'source' },
            { key: 'received', title: t('rejects.column.received'), render: (_, row) => <span className="db-figure">{format.instant(row.received_at)}</span> },
            { key: 'row', title: t('rejects.column.row'), render: (_, row) => see(row) },
          ]}
        />
      )}
      <RowDrawer
        reject={shown}
        onClose={() => setShown(undefined)}
        onFile={(file) => {
          setShown(undefined);
          onFile(file);
        }}
      />
    </>
  );
}
