import { Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** No such page, or none that this person may know of. */
export function NotFoundState() {
  const { t } = useTranslation();
  return (
    <Result
      status="404"
      icon={<span className="db-big-code">404</span>}
      title={<h1>{t('common.state.not_found_title')}</h1>}
      subTitle={t('common.state.not_found_hint')}
      extra={<Link to="/">{t('common.state.home')}</Link>}
    />
  );
}
