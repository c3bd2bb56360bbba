import { MoreOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import type { TableColumnsType } from 'antd';
import { Button, Dropdown, Space, Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import { brandsQuery } from '@/api/queries/brands';
import type { User } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { useFormat } from '@/hooks/use-format';

import { EVERY_BRAND } from './GrantsEditor';

type Props = {
  users: User[];
  /** Who is signed in: they may not lock themselves out. */
  self: string;
  onEdit: (user: User) => void;
  onEnable: (user: User) => void;
  onDisable: (user: User) => void;
  onReset: (user: User) => void;
};

/** Users with their grants and state. */
export function UserTable({ users, self, onEdit, onEnable, onDisable, onReset }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const brands = useQuery(brandsQuery).data ?? [];
  const brandName = (slug: string) => (slug === EVERY_BRAND ? t('access.every_brand') : brands.find((brand) => brand.slug === slug)?.name || slug);
  const columns: TableColumnsType<User> = [
    {
      title: t('users.username'),
      key: 'username',
      render: (_, user) => (
        <>
          <b>{user.username}</b> <span className="db-muted">{user.display_name === user.username ? '' : user.display_name}</span>
        </>
      ),
    },
    {
      title: t('users.grants'),
      key: 'grants',
      render: (_, user) =>
        user.grants.length === 0 ? (
          <span className="db-muted">{t('users.no_grants')}</span>
        ) : (
          user.grants.map((grant) => (
            <Tag key={grant.brand}>
              {brandName(grant.brand)} · {t(`access.role.${grant.role}`)}
            </Tag>
          ))
        ),
    },
    {
      title: t('users.status'),
      key: 'status',
      render: (_, user) => (
        <>
          <Tag color={user.disabled ? 'red' : 'blue'}>{user.disabled ? t('users.disabled') : t('users.enabled')}</Tag>
          {user.password_change_needed && <Tag color="purple">{t('users.must_change')}</Tag>}
        </>
      ),
    },
    {
      title: t('users.last_signed_in'),
      key: 'last',
      render: (_, user) => (user.last_signed_in_at ? format.instant(user.last_signed_in_at) : <span className="db-muted">{t('users.never')}</span>),
    },
    { title: t('users.created'), key: 'created', render: (_, user) => format.instant(user.created_at) },
    {
      title: t('users.actions'),
      key: 'actions',
      render: (_, user) => (
        <Space>
          <Button size="small" onClick={() => onEdit(user)} aria-label={t('users.edit_user', { name: user.username })}>
            {t('users.edit')}
          </Button>
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'reset', label: t('users.reset'), onClick: () => onReset(user) },
                user.disabled
                  ? { key: 'enable', label: t('users.enable'), onClick: () => onEnable(user) }
                  : {
                      key: 'disable',
                      danger: true,
                      disabled: user.username === self,
                      title: user.username === self ? t('users.self') : '',
                      label: t('users.disable'),
                      onClick: () => onDisable(user),
                    },
              ],
            }}
          >
            <Button size="small" type="text" icon={<MoreOutlined />} aria-label={`${t('users.actions')}: ${user.username}`} />
          </Dropdown>
        </Space>
      ),
    },
  ];
  return <DataTable label={t('users.title')} columns={columns} rows={users} rowKey={(user) => user.username} empty={t('users.empty')} />;
}
