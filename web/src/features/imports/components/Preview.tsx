import { Spin, Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import type { ImportPreview, PreviewBlock, PreviewRow } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { RejectReason } from '@/components/transfer/RejectReason';
import { useFormat } from '@/hooks/use-format';

import { blockName, cellText, previewCounts } from '../model/preview';

type Props = { preview: ImportPreview | undefined; isUpdating: boolean; isStale: boolean };

/** What the first rows would become: stored as they stand, or refused, and why. */
export function Preview({ preview, isUpdating, isStale }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (preview === undefined) return isUpdating ? <Spin description={t('imports.preview.updating')}><div className="db-spin-space" /></Spin> : <p className="db-muted">{t('imports.preview.needs')}</p>;
  const counts = previewCounts(preview);
  const n = format.exact(counts.rows);
  return (
    <div aria-busy={isUpdating} className="db-preview">
      <p aria-live="polite">
        {isStale ? (
          <Tag color="warning">{t('imports.preview.stale')}</Tag>
        ) : counts.rows === 0 ? (
          t('imports.preview.none')
        ) : counts.refused === 0 ? (
          t('imports.preview.ok', { n })
        ) : (
          <b>{t('imports.preview.refused', { n, refused: format.exact(counts.refused) })}</b>
        )}{' '}
        {isUpdating && <span className="db-muted">{t('imports.preview.updating')}</span>}
      </p>
      {preview.blocks.map((block) => (
        <Block key={block.block} block={block} />
      ))}
    </div>
  );
}

type Row = PreviewRow & { key: string };

function useBlockTitle(): (block: string) => string {
  const { t } = useTranslation();
  return (block) => {
    const { kind, number } = blockName(block);
    switch (kind) {
      case 'events':
      case 'consumers':
      case 'items':
      case 'stores':
      case 'campaigns':
      case 'memberships':
        return t('imports.preview.block', { kind: t(`imports.preview.kind.${kind}`), number });
      default:
        return block;
    }
  };
}

function Block({ block }: { block: PreviewBlock }) {
  const { t } = useTranslation();
  const title = useBlockTitle()(block.block);
  const rows: Row[] = block.rows.map((row, place) => ({ ...row, key: String(place) }));
  const isAtFault = (row: Row, column: string) => row.refused?.field === column;
  return (
    <section aria-label={title}>
      <h3 className="db-block-title">{title}</h3>
      <DataTable<Row>
        label={title}
        rows={rows}
        rowKey={(row) => row.key}
        empty={t('imports.preview.none')}
        columns={[
          {
            key: '_verdict',
            title: t('imports.preview.verdict'),
            render: (_, row) =>
              row.refused === null || row.refused === undefined ? (
                <span className="db-muted">{t('imports.preview.accepted')}</span>
              ) : (
                <div className="db-refusal">
                  <RejectReason code={row.refused.code} />
                  <div>{row.refused.message}</div>
                </div>
              ),
          },
          ...block.columns.map((column) => ({
            key: column,
            title: <code>{column}</code>,
            onCell: (row: Row) => (isAtFault(row, column) ? { className: 'db-cell-wrong' } : {}),
            render: (_: unknown, row: Row) => {
              const text = cellText(row.row[column]);
              return text === undefined ? <span className="db-muted">{t('imports.create.empty_value')}</span> : text;
            },
          })),
        ]}
      />
    </section>
  );
}

