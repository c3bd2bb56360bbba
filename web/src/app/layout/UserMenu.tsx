import { UserOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { sessionQuery, signOut } from '@/api/queries/session';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import type { ThemeMode } from '@/hooks/use-theme-mode';
import { useThemeMode } from '@/hooks/use-theme-mode';

const MODES: ThemeMode[] = ['system', 'light', 'dark'];

/** Who is signed in; appearance, password, sign out. */
export function UserMenu() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const address = useAddress();
  const { mode, setMode } = useThemeMode();
  const leave = useMutation({
    mutationFn: signOut,
    onSettled: () => {
      queryClient.clear();
      void navigate(address(paths.signIn));
    },
  });
  const name = session?.user.display_name ?? '';
  const shown = name === '' ? (session?.user.username ?? '') : name;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [mode],
        items: [
          { key: 'who', label: shown, disabled: true },
          { type: 'divider' },
          { type: 'group', label: t('shell.theme'), children: MODES.map((each) => ({ key: each, label: t(`shell.theme_mode.${each}`), onClick: () => setMode(each) })) },
          { type: 'divider' },
          { key: 'password', label: t('shell.user.password'), onClick: () => void navigate(address(paths.password)) },
          { key: 'sign-out', label: t('shell.user.sign_out'), onClick: () => leave.mutate() },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={`${t('shell.user.menu')}: ${shown}`} />
    </Dropdown>
  );
}
