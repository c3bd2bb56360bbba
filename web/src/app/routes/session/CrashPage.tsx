import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';

/** A page broke while it was drawn; the frame around it stands. */
export function CrashPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Result
      status="error"
      role="alert"
      title={t('common.state.crash_title')}
      subTitle={t('common.state.crash_hint')}
      extra={<Button onClick={() => location.reload()}>{t('common.retry')}</Button>}
    >
      <pre className="db-log">{error instanceof Error ? error.message : String(error)}</pre>
    </Result>
  );
}
