import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';

import { ForbiddenState } from './ForbiddenState';

type Props = { error: unknown; onRetry?: (() => void) | undefined; action?: string | undefined };

/** Why a page or a part of it has no answer, what to do, and the number to quote. */
export function ErrorState({ error, onRetry, action }: Props) {
  const { t } = useTranslation();
  const problem = asApiError(error);
  if (problem.code === 'forbidden') return <ForbiddenState action={action} />;
  const isUnreachable = problem.status === 0 || problem.status === 502 || problem.status === 504;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={isUnreachable ? t('common.state.unreachable_title') : problem.code === 'not_found' ? t('common.state.not_found_title') : t('common.state.error_title')}
      description={
        <>
          <div>{isUnreachable ? t('common.state.unreachable_hint') : problem.message}</div>
          {problem.fields.map((field) => (
            <div key={field.field}>
              <code>{field.field}</code> {field.message}
            </div>
          ))}
          {problem.requestId !== undefined && <div className="db-muted">{t('common.state.request_id', { id: problem.requestId })}</div>}
        </>
      }
      action={onRetry && <Button onClick={onRetry}>{t('common.retry')}</Button>}
    />
  );
}
