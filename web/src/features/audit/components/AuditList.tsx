import { useInfiniteQuery } from '@tanstack/react-query';
import type { TableColumnsType } from 'antd';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { AuditEntry } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { DataTable } from '@/components/table/DataTable';
import { useFormat } from '@/hooks/use-format';

import { auditQuery } from '../api/audit';
import { actorKindName, entryWords, outcomeName } from '../model/words';
import { EntryDrawer } from './EntryDrawer';
import { OUTCOME_COLOR } from './outcome-color';

type Props = { brand: string | undefined; question: Record<string, string> };

/** Entries, newest first; one opens with all that is known of it. */
export function AuditList({ brand, question }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const entries = useInfiniteQuery(auditQuery(brand, question));
  const [open, setOpen] = useState<AuditEntry>();
  const rows: AuditEntry[] = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const columns: TableColumnsType<AuditEntry> = [
    { title: t('audit.at'), key: 'at', render: (_, entry) => <span className="db-figure">{format.instant(entry.at)}</span> },
    {
      title: t('audit.actor'),
      key: 'actor',
      render: (_, entry) => (
        <>
          {entry.actor.name} <span className="db-muted">{actorKindName(entry.actor.kind, t)}</span>
        </>
      ),
    },
    { title: t('audit.what'), key: 'what', render: (_, entry) => entryWords(entry, t) },
    ...(brand === undefined ? [{ title: t('audit.brand'), key: 'brand', render: (_: unknown, entry: AuditEntry) => entry.brand ?? '—' }] : []),
    { title: t('audit.outcome'), key: 'outcome', render: (_, entry) => <Tag color={OUTCOME_COLOR[entry.outcome]}>{outcomeName(entry.outcome, t)}</Tag> },
    {
      title: t('audit.details'),
      key: 'details',
      render: (_, entry) => (
        <Button size="small" type="link" aria-label={t('audit.show', { sequence: entry.sequence })} onClick={() => setOpen(entry)}>
          {t('audit.details')}
        </Button>
      ),
    },
  ];
  if (entries.error !== null) return <ErrorState error={entries.error} action="audit.read" onRetry={() => void entries.refetch()} />;
  if (entries.data === undefined) return <PageSkeleton what={t('audit.title')} rows={10} />;
  return (
    <div className="db-page" aria-busy={entries.isFetching}>
      <DataTable label={t('audit.title')} columns={columns} rows={rows} rowKey={(entry) => String(entry.sequence)} empty={t('audit.empty')} pageSize={Number.MAX_SAFE_INTEGER} />
      {entries.hasNextPage ? (
        <div>
          <Button loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>
            {t('audit.more')}
          </Button>
        </div>
      ) : (
        rows.length > 0 && <p className="db-muted">{t('audit.end')}</p>
      )}
      <EntryDrawer entry={open} onClose={() => setOpen(undefined)} />
    </div>
  );
}
