import '../keys.css';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TableColumnsType } from 'antd';
import { App, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Key } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { DataTable } from '@/components/table/DataTable';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useStepUp } from '@/hooks/use-step-up';
import { actionWords } from '@/lib/access';

import { keysKey, revokeKey } from '../api/keys';
import { keyState } from '../model/key-state';

const COLOR = { live: 'blue', expired: 'default', revoked: 'red' } as const;

/** Keys, what each may do, when it was last used; revoked after asking. */
export function KeyList({ keys }: { keys: Key[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const revoke = useMutation({
    mutationFn: (key: Key) => stepUp(() => revokeKey(brand, key.id)),
    onSuccess: (_, key) => {
      void message.success(t('keys.revoked', { name: key.name }));
      void queryClient.invalidateQueries({ queryKey: keysKey(brand) });
    },
    onError: (error) => void message.error(asApiError(error).message),
  });
  const now = new Date();
  const columns: TableColumnsType<Key> = [
    {
      title: t('keys.name'),
      key: 'name',
      render: (_, key) => (
        <>
          <b>{key.name}</b>
          <div>
            <code className="db-muted">{key.prefix}…</code>
          </div>
        </>
      ),
    },
    {
      title: t('keys.scopes'),
      key: 'scopes',
      render: (_, key) =>
        key.kind === 'write' ? (
          t('keys.no_scopes')
        ) : (
          <ul className="db-scope-words">
            {key.scopes.map((scope) => (
              <li key={scope}>{actionWords(scope, t)}</li>
            ))}
          </ul>
        ),
    },
    {
      title: t('keys.status'),
      key: 'status',
      render: (_, key) => {
        const state = keyState(key, now);
        return <Tag color={COLOR[state]}>{t(`keys.state.${state}`)}</Tag>;
      },
    },
    {
      title: t('keys.last_used'),
      key: 'last',
      render: (_, key) => (key.last_used_at ? format.instant(key.last_used_at) : <span className="db-muted">{t('keys.never_used')}</span>),
    },
    { title: t('keys.expires'), key: 'expires', render: (_, key) => (key.expires_at ? format.instant(key.expires_at) : t('keys.expires_never')) },
    { title: t('keys.created'), key: 'created', render: (_, key) => t('keys.created_by', { who: key.created_by, time: format.instant(key.created_at) }) },
    {
      title: t('keys.actions'),
      key: 'actions',
      render: (_, key) =>
        keyState(key, now) === 'revoked' ? null : (
          <Button
            size="small"
            danger
            aria-label={t('keys.revoke_label', { name: key.name })}
            onClick={() =>
              void modal.confirm({
                title: t('keys.revoke_title', { name: key.name }),
                content: t('keys.revoke_hint'),
                okText: t('keys.revoke'),
                okButtonProps: { danger: true },
                cancelText: t('common.cancel'),
                onOk: () => revoke.mutate(key),
              })
            }
          >
            {t('keys.revoke')}
          </Button>
        ),
    },
  ];
  return <DataTable label={t('keys.title')} columns={columns} rows={keys} rowKey={(key) => key.id} empty={<EmptyState title={t('keys.title')} hint={t('keys.empty')} />} />;
}
