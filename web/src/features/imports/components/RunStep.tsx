import { Alert, Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';

type Props = {
  /** Why it cannot be started; undefined when it can. */
  reason: string | undefined;
  summary: string;
  source: string;
  onSource: (source: string) => void;
  onStart: () => void;
  isStarting: boolean;
  error: unknown;
};

/** The start of an import, and what is missing for it. */
export function RunStep({ reason, summary, source, onSource, onStart, isStarting, error }: Props) {
  const { t } = useTranslation();
  const problem = error === null || error === undefined ? undefined : asApiError(error);
  return (
    <>
      <p className="db-muted">{reason ?? summary}</p>
      <label className="db-field">
        {t('imports.run.source')}
        <Input value={source} placeholder={t('imports.run.source_hint')} onChange={(event) => onSource(event.target.value)} />
      </label>
      <Button type="primary" disabled={reason !== undefined} loading={isStarting} onClick={onStart}>
        {problem === undefined ? t('imports.run.start') : t('imports.run.again')}
      </Button>
      {problem !== undefined && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={t('imports.run.failed')}
          description={
            <>
              <div>{problem.status === 0 ? t('common.state.unreachable_hint') : problem.message}</div>
              {problem.requestId !== undefined && <div className="db-muted">{t('common.state.request_id', { id: problem.requestId })}</div>}
            </>
          }
        />
      )}
    </>
  );
}
