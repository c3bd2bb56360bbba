import type { MenuProps } from 'antd';
import { Menu } from 'antd';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useQuery } from '@tanstack/react-query';

import { sessionQuery } from '@/api/queries/session';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';

import type { NavigationPage } from '../navigation';
import { NAVIGATION, NAVIGATION_PAGES } from '../navigation';

type Item = NonNullable<MenuProps['items']>[number];

function pageItem(page: NavigationPage, t: TFunction, to: string, isAllowed: boolean): Item {
  const label = page.label(t);
  return {
    key: page.key,
    icon: page.icon,
    disabled: !isAllowed,
    title: isAllowed ? label : t('common.forbidden_action'),
    label: isAllowed ? <Link to={to}>{label}</Link> : label,
  };
}

/** The pages that there are, by the map. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const { pathname } = useLocation();
  const actions = useQuery(sessionQuery).data?.actions[brand] ?? [];
  const item = (page: NavigationPage) => pageItem(page, t, address(page.path(brand)), actions.includes(page.action));
  const here = NAVIGATION_PAGES.find((page) => pathname.startsWith(page.path(brand)));
  return (
    <nav aria-label={t('shell.navigation')}>
      <Menu
        mode="inline"
        inlineIndent={16}
        selectedKeys={here === undefined ? [] : [here.key]}
        {...(onNavigate === undefined ? {} : { onClick: onNavigate })}
        items={NAVIGATION.map((entry) =>
          'pages' in entry ? { key: entry.key, type: 'group', label: entry.label(t), children: entry.pages.map(item) } : item(entry),
        )}
      />
    </nav>
  );
}
