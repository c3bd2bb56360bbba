import { DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Selection } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { QueryState } from '@/components/feedback/QueryState';
import { PageSection } from '@/components/layout/QuestionPage';
import { DataTable } from '@/components/table/DataTable';
import { Figure } from '@/components/ui/Figure';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

import { deleteSelection, selectionsQuery } from '../api/flow';
import { selectionWords } from '../model/selection';

type Props = { nameOf: (code: string) => string };

/** What was kept. */
export function Selections({ nameOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const brand = useBrandSlug();
  const queryClient = useQueryClient();
  const mayWrite = useMay('selections.write');
  const selections = useQuery(selectionsQuery(brand));
  const remove = useMutation({
    mutationFn: (selection: Selection) => deleteSelection(brand, selection.id),
    onSuccess: (_, selection) => {
      void queryClient.invalidateQueries(selectionsQuery(brand));
      void message.success(t('flow.deleted', { name: selection.name }));
    },
    onError: (error) => void message.error(asApiError(error).message),
  });
  const definition = (selection: Selection) => {
    const words = selectionWords(selection);
    if (words === undefined) return <code>{JSON.stringify(selection.definition)}</code>;
    return `${words.from.map(nameOf).join(' / ')} → ${words.to.map(nameOf).join(' / ')} · ${words.between.join(' → ')}`;
  };
  return (
    <PageSection title={t('flow.selections')}>
      <QueryState query={selections} what={t('flow.selections_what')} action="assets.read" rows={2}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState hint={t('flow.selections_empty')} />
          ) : (
            <DataTable<Selection>
              label={t('flow.selections')}
              rows={items}
              rowKey={(row) => String(row.id)}
              columns={[
                { title: t('flow.selection_name'), dataIndex: 'name', key: 'name' },
                { title: t('flow.selection_definition'), key: 'definition', render: (_, row) => definition(row) },
                { title: t('common.consumers'), key: 'consumers', align: 'right', render: (_, row) => <Figure value={row.consumers} /> },
                { title: t('common.rule_set'), dataIndex: 'rule_set', key: 'rule_set' },
                { title: t('flow.created'), key: 'created', render: (_, row) => `${row.created_by} · ${format.instant(row.created_at)}` },
                {
                  key: 'delete',
                  title: <span className="db-visually-hidden">{t('common.delete')}</span>,
                  render: (_, row) => (
                    <Popconfirm title={t('flow.delete_confirm', { name: row.name })} okText={t('common.delete')} cancelText={t('common.cancel')} onConfirm={() => remove.mutate(row)} disabled={!mayWrite}>
                      <Button
                        type="text"
                        size="small"
                        icon={<DeleteOutlined />}
                        disabled={!mayWrite}
                        title={mayWrite ? undefined : t('common.forbidden_action')}
                        aria-label={`${t('common.delete')} ${row.name}`}
                      />
                    </Popconfirm>
                  ),
                },
              ]}
            />
          )
        }
      </QueryState>
    </PageSection>
  );
}
