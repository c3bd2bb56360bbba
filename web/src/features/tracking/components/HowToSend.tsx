import '../tracking.css';

import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Snippet } from '@/components/ui/Snippet';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useTrackingOrigin } from '@/hooks/use-tracking-origin';
import { KEY_PLACEHOLDER, SENDERS, snippet } from '@/lib/snippets';

/** A key, and the code that sends the first event. */
export function HowToSend() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const origin = useTrackingOrigin();
  const mayMakeKeys = useMay('keys.manage');
  return (
    <div className="db-how">
      <p>
        {mayMakeKeys ? t('tracking.start.key') : t('tracking.start.key_ask')} {mayMakeKeys && <Link to={address(paths.keys(brand))}>{t('tracking.start.to_keys')}</Link>}
      </p>
      <p>
        {t('tracking.start.replace', { placeholder: KEY_PLACEHOLDER })} {t('tracking.start.sdks')}
      </p>
      <p className="db-muted">{t('tracking.start.host', { origin })}</p>
      <Tabs
        size="small"
        items={SENDERS.map((sender) => ({
          key: sender,
          label: t(`tracking.start.sender.${sender}`),
          children: <Snippet label={t('tracking.start.snippet', { sender: t(`tracking.start.sender.${sender}`) })} text={snippet(sender, origin)} />,
        }))}
      />
    </div>
  );
}
