import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { sessionQuery } from '@/api/queries/session';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { StepUpProvider } from '@/components/feedback/StepUpProvider';
import { ListPage } from '@/components/layout/ListPage';
import { MembersTab } from '@/features/users/components/MembersTab';
import { UsersTab } from '@/features/users/components/UsersTab';
import { useSetParameters } from '@/hooks/use-address';
import { useMay } from '@/hooks/use-brand';

/** Users of the installation for those who manage it; members of the brand for its owner. */
export function Component() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const mayManageMembers = useMay('members.manage');
  const mayManageUsers = session?.installation_actions.includes('installation.manage') ?? false;
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  if (!mayManageMembers && !mayManageUsers) return <ForbiddenState action="members.manage" />;
  const tabs = [
    ...(mayManageUsers ? [{ key: 'users', label: t('users.tab.users'), children: <UsersTab self={session?.user.username ?? ''} /> }] : []),
    ...(mayManageMembers ? [{ key: 'members', label: t('users.tab.members'), children: <MembersTab /> }] : []),
  ];
  const chosen = tabs.find((tab) => tab.key === search.get('tab')) ?? tabs[0];
  return (
    <StepUpProvider>
      <ListPage title={t('users.title')} intro={t('users.intro')}>
        <Tabs
          activeKey={chosen?.key ?? ''}
          items={tabs}
          destroyOnHidden
          onChange={(key) => setParameters({ tab: key === tabs[0]?.key ? undefined : key, q: undefined })}
        />
      </ListPage>
    </StepUpProvider>
  );
}
