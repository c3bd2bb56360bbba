import { useQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { settingsQuery } from '@/features/tracking/api/tracking';
import { LiveEvents } from '@/features/tracking/components/LiveEvents';
import { SettingsForm } from '@/features/tracking/components/SettingsForm';
import { useSetParameters } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

/** Events that come by themselves: what became of them, and what the brand says of them. */
export function Component() {
  const { t } = useTranslation();
  const mayRead = useMay('imports.read');
  return (
    <ListPage title={t('tracking.title')} intro={t('tracking.intro')}>
      {mayRead ? <Parts /> : <ForbiddenState action="imports.read" />}
    </ListPage>
  );
}

function Parts() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  return (
    <Tabs
      key={brand}
      activeKey={search.get('tab') === 'settings' ? 'settings' : 'live'}
      items={[
        // Nothing is asked for a part that nobody sees; what is typed into the other one stays.
        { key: 'live', label: t('tracking.tab.live'), children: <LiveEvents />, destroyOnHidden: true },
        { key: 'settings', label: t('tracking.tab.settings'), children: <Settings /> },
      ]}
      onChange={(key) => setParameters({ tab: key === 'live' ? undefined : key })}
    />
  );
}

function Settings() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  // Not asked anew by itself: the form holds what is being typed.
  const settings = useQuery({ ...settingsQuery(brand), refetchOnWindowFocus: false });
  return (
    <QueryState query={settings} what={t('tracking.settings.what')} action="imports.read">
      {(data) => <SettingsForm settings={data} />}
    </QueryState>
  );
}
