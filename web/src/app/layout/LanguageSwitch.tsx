import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { useSetParameters } from '@/hooks/use-address';
import { useLanguage } from '@/hooks/use-format';
import { rememberLanguage } from '@/lib/i18n/i18n';

/** Goes over to the other language, in the address too. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  const setParameters = useSetParameters();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <Button
      type="text"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={() => {
        rememberLanguage(other);
        setParameters({ lang: other });
      }}
    >
      {t('shell.other_language')}
    </Button>
  );
}
