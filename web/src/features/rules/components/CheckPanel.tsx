import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';

import type { Checked } from '../api/rules';

type Props = { checked: Checked | undefined; error: unknown; isChecking: boolean; onGo: (line: number) => void; onRetry: () => void };

/** What the server says to the text: valid, or each mistake with its line. */
export function CheckPanel({ checked, error, isChecking, onGo, onRetry }: Props) {
  const { t } = useTranslation();
  return (
    <div className="db-rule-check" role="status" aria-label={t('rules.check.label')} aria-busy={isChecking}>
      {error !== null && error !== undefined ? (
        <Alert
          type="warning"
          showIcon
          title={t('rules.check.unavailable', { reason: asApiError(error).message })}
          action={
            <Button size="small" onClick={onRetry}>
              {t('common.retry')}
            </Button>
          }
        />
      ) : checked === undefined || isChecking ? (
        <Alert type="info" showIcon title={t('rules.check.checking')} />
      ) : checked.ok ? (
        <Alert type="success" showIcon title={t('rules.check.good')} />
      ) : (
        <Alert
          type="error"
          showIcon
          title={t('rules.check.bad', { count: checked.problems.length })}
          description={
            <ul className="db-rule-problems">
              {checked.problems.map((problem, place) => (
                <li key={place}>
                  {problem.line !== undefined && (
                    <Button type="link" size="small" onClick={() => onGo(problem.line ?? 1)}>
                      {t('rules.check.go', { line: problem.line })}
                    </Button>
                  )}
                  {problem.message}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </div>
  );
}
