import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TableColumnsType } from 'antd';
import { App, Button, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Member, Role } from '@/api/types';
import { QueryState } from '@/components/feedback/QueryState';
import { DataTable } from '@/components/table/DataTable';
import { useBrand, useBrandSlug } from '@/hooks/use-brand';
import { useStepUp } from '@/hooks/use-step-up';

import { membersKey, membersQuery, removeMember, setMember, usersKey } from '../api/users';
import { MemberForm } from './MemberForm';
import { RoleGuide } from './RoleGuide';
import { RoleSelect } from './RoleSelect';

/** Who has which role in the brand; its owner may change that. */
export function MembersTab() {
  const { t } = useTranslation();
  const slug = useBrandSlug();
  const brand = useBrand()?.name || slug;
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const members = useQuery(membersQuery(slug));
  const changed = () => {
    void queryClient.invalidateQueries({ queryKey: membersKey(slug) });
    void queryClient.invalidateQueries({ queryKey: usersKey });
  };
  const failed = (error: unknown) => void message.error(asApiError(error).message);
  const set = useMutation({
    mutationFn: ({ username, role }: { username: string; role: Role }) => stepUp(() => setMember(slug, username, role)),
    onSuccess: () => void message.success(t('users.saved')),
    onSettled: changed,
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: (member: Member) => stepUp(() => removeMember(slug, member.username)),
    onSuccess: (_, member) => void message.success(t('users.members.removed', { name: member.username })),
    onSettled: changed,
    onError: failed,
  });
  const columns: TableColumnsType<Member> = [
    {
      title: t('users.username'),
      key: 'username',
      render: (_, member) => (
        <>
          <b>{member.username}</b> <span className="db-muted">{member.display_name === member.username ? '' : member.display_name}</span>
        </>
      ),
    },
    {
      title: t('users.role'),
      key: 'role',
      render: (_, member) => (
        <span className="db-filter">
          <RoleSelect
            label={t('users.members.role_of', { name: member.username })}
            value={member.role}
            isDisabled={member.inherited || set.isPending}
            onChange={(role) => set.mutate({ username: member.username, role })}
          />
          {member.inherited && (
            <Tooltip title={t('users.members.inherited_hint')}>
              <Tag tabIndex={0}>{t('users.members.inherited')}</Tag>
            </Tooltip>
          )}
        </span>
      ),
    },
    {
      title: t('users.actions'),
      key: 'actions',
      render: (_, member) => (
        <Button
          size="small"
          danger
          disabled={member.inherited}
          title={member.inherited ? t('users.members.inherited_hint') : undefined}
          aria-label={`${t('users.members.remove')}: ${member.username}`}
          onClick={() =>
            void modal.confirm({
              title: t('users.members.remove_title', { name: member.username }),
              content: t('users.members.remove_hint', { name: member.username, brand }),
              okText: t('users.members.remove'),
              okButtonProps: { danger: true },
              cancelText: t('common.cancel'),
              onOk: () => remove.mutate(member),
            })
          }
        >
          {t('users.members.remove')}
        </Button>
      ),
    },
  ];
  return (
    <div className="db-page">
      <p className="db-muted">{t('users.members.intro', { brand })}</p>
      <MemberForm brand={slug} onSaved={changed} />
      <QueryState query={members} what={t('users.tab.members')} action="members.manage">
        {(items) => <DataTable label={t('users.tab.members')} columns={columns} rows={items} rowKey={(member) => member.username} empty={t('users.members.empty')} />}
      </QueryState>
      <RoleGuide />
    </div>
  );
}
