import { LockOutlined } from '@ant-design/icons';
import { Result } from 'antd';
import { useTranslation } from 'react-i18next';

type Props = { action?: string | undefined };

/** What is missing to see this, and who can give it. */
export function ForbiddenState({ action }: Props) {
  const { t } = useTranslation();
  return (
    <Result
      icon={<LockOutlined aria-hidden="true" />}
      title={t('common.state.forbidden_title')}
      subTitle={t('common.state.forbidden_reason', { action: action ?? 'assets.read' })}
    />
  );
}
