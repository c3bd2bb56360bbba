import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { asApiError } from '@/api/errors';
import type { User } from '@/api/types';
import { OnceSecret } from '@/components/feedback/OnceSecret';
import { QueryState } from '@/components/feedback/QueryState';
import { useSetParameters } from '@/hooks/use-address';
import { useStepUp } from '@/hooks/use-step-up';

import { changeUser, resetPassword, usersKey, usersQuery } from '../api/users';
import { RoleGuide } from './RoleGuide';
import { UserDialog } from './UserDialog';
import { UserTable } from './UserTable';

type Secret = { username: string; password: string };

/** Every user of the installation, and what can be done about them. */
export function UsersTab({ self }: { self: string }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const users = useQuery(usersQuery);
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  const [dialog, setDialog] = useState<{ user?: User }>();
  const [secret, setSecret] = useState<Secret>();
  const failed = (error: unknown) => void message.error(asApiError(error).message);
  const change = useMutation({
    mutationFn: ({ user, disabled }: { user: User; disabled: boolean }) => stepUp(() => changeUser(user.username, { disabled })),
    onSuccess: () => {
      void message.success(t('users.saved'));
      void queryClient.invalidateQueries({ queryKey: usersKey });
    },
    onError: failed,
  });
  const reset = useMutation({
    mutationFn: (user: User) => stepUp(() => resetPassword(user.username)),
    onSuccess: (password, user) => {
      setSecret({ username: user.username, password });
      void queryClient.invalidateQueries({ queryKey: usersKey });
    },
    onError: failed,
  });
  const ask = (title: string, content: string, okText: string, onOk: () => void) =>
    void modal.confirm({ title, content, okText, cancelText: t('common.cancel'), onOk, okButtonProps: { danger: true } });
  const wanted = (search.get('q') ?? '').toLowerCase();
  return (
    <div className="db-page">
      <div className="db-filters">
        <Input.Search
          allowClear
          className="db-search"
          aria-label={t('common.search')}
          placeholder={t('common.search')}
          value={search.get('q') ?? ''}
          onChange={(event) => setParameters({ q: event.target.value === '' ? undefined : event.target.value })}
        />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setDialog({})}>
          {t('users.create')}
        </Button>
      </div>
      <QueryState query={users} what={t('users.title')} action="installation.manage">
        {(items) => (
          <UserTable
            users={items.filter((user) => `${user.username} ${user.display_name}`.toLowerCase().includes(wanted))}
            self={self}
            onEdit={(user) => setDialog({ user })}
            onEnable={(user) => change.mutate({ user, disabled: false })}
            onDisable={(user) =>
              ask(t('users.disable_title', { name: user.username }), t('users.disable_hint'), t('users.disable'), () => change.mutate({ user, disabled: true }))
            }
            onReset={(user) => ask(t('users.reset_title', { name: user.username }), t('users.reset_hint'), t('users.reset'), () => reset.mutate(user))}
          />
        )}
      </QueryState>
      <RoleGuide />
      {dialog && <UserDialog user={dialog.user} onClose={() => setDialog(undefined)} onCreated={(username, password) => setSecret({ username, password })} />}
      {secret && <OnceSecret name={t('users.one_time_password', { name: secret.username })} secret={secret.password} onClose={() => setSecret(undefined)} />}
    </div>
  );
}
