import { MenuOutlined } from '@ant-design/icons';
import { Button, Drawer, Layout } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet } from 'react-router';

import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';
import { useIsNarrow } from '@/hooks/use-theme-mode';

import { AsOfPicker } from './AsOfPicker';
import { BrandSwitcher } from './BrandSwitcher';
import { LanguageSwitch } from './LanguageSwitch';
import { Navigation } from './Navigation';
import { RunningJobs } from './RunningJobs';
import { SearchPalette } from './SearchPalette';
import { UserMenu } from './UserMenu';

/** Navigation, header, page. On a narrow screen the navigation is a drawer. */
export function Frame() {
  const { t } = useTranslation();
  const isNarrow = useIsNarrow();
  const brand = useBrandSlug();
  const address = useAddress();
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const mark = (
    <Link to={address(paths.overview(brand))} className="db-brandmark">
      <img src="/favicon.svg" width={24} height={24} alt="" />
      {t('common.product')}
    </Link>
  );
  return (
    <Layout className="db-frame">
      <a href="#main" className="db-skip">
        {t('shell.skip')}
      </a>
      {!isNarrow && (
        <Layout.Sider width={208} className="db-sider" theme="light">
          {mark}
          <Navigation />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className="db-header">
          {isNarrow && <Button type="text" icon={<MenuOutlined />} aria-label={t('shell.menu')} onClick={() => setIsDrawerOpen(true)} />}
          <BrandSwitcher />
          {!isNarrow && <AsOfPicker />}
          <span className="db-header-space" />
          <SearchPalette />
          <RunningJobs />
          <LanguageSwitch />
          <UserMenu />
        </Layout.Header>
        {isNarrow && (
          <section className="db-subheader" aria-label={t('shell.as_of')}>
            <AsOfPicker />
          </section>
        )}
        <Layout.Content id="main" tabIndex={-1} className="db-main">
          <Outlet />
        </Layout.Content>
      </Layout>
      {isNarrow && (
        <Drawer open={isDrawerOpen} onClose={() => setIsDrawerOpen(false)} placement="left" size={280} title={t('common.product')}>
          <Navigation onNavigate={() => setIsDrawerOpen(false)} />
        </Drawer>
      )}
    </Layout>
  );
}
