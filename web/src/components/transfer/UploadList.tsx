import { CloseOutlined, DeleteOutlined, FileTextOutlined, ReloadOutlined } from '@ant-design/icons';
import { Alert, Button, Progress, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import type { Upload } from '@/api/types';
import { useFormat } from '@/hooks/use-format';
import type { Sending, Uploads } from '@/hooks/use-uploads';
import { ratePerSecond } from '@/lib/rate';

type Props = {
  uploads: Uploads;
  /** They are being imported, so they stay. */
  isLocked?: boolean;
  /** What was found in a file. */
  details?: (upload: Upload) => ReactNode;
};

/** Files on their way, with how much is sent and how fast, and files that are there. */
export function UploadList({ uploads, isLocked = false, details }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      {uploads.isSomeGone && !isLocked && <Alert type="warning" showIcon title={t('transfer.not_there')} />}
      {uploads.ready.length + uploads.sending.length > 0 && (
        <ul className="db-list" aria-label={t('transfer.files')}>
          {uploads.ready.map(({ id, upload }) => (
            <li key={id} className="db-file">
              {upload === undefined ? (
                <Skeleton active title={false} paragraph={{ rows: 1 }} />
              ) : (
                <>
                  <div className="db-file-head">
                    <FileTextOutlined aria-hidden="true" />
                    <span className="db-file-name">{upload.name}</span>
                    <span className="db-muted db-figure">{format.bytes(upload.bytes)}</span>
                    {!isLocked && (
                      <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('transfer.remove', { name: upload.name })} onClick={() => uploads.remove(id)} />
                    )}
                  </div>
                  {details?.(upload)}
                </>
              )}
            </li>
          ))}
          {uploads.sending.map((each) => (
            <li key={`sending-${each.key}`} className="db-file">
              <SendingFile sending={each} uploads={uploads} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function SendingFile({ sending, uploads }: { sending: Sending; uploads: Uploads }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { key, file, sent, samples, error } = sending;
  // What is sent around the file counts too, so it may seem a little more than the file.
  const done = Math.min(sent, file.size);
  const percent = file.size === 0 ? 0 : Math.floor((done / file.size) * 100);
  const rate = ratePerSecond(samples);
  const isFailed = error !== undefined;
  return (
    <>
      <div className="db-file-head">
        <FileTextOutlined aria-hidden="true" />
        <span className="db-file-name">{file.name}</span>
        {isFailed && <Button type="text" size="small" icon={<ReloadOutlined />} aria-label={t('transfer.retry', { name: file.name })} onClick={() => uploads.retry(key)} />}
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t(isFailed ? 'transfer.remove' : 'transfer.cancel', { name: file.name })}
          onClick={() => uploads.cancel(key)}
        />
      </div>
      {isFailed ? (
        <UploadProblem error={error} />
      ) : (
        <>
          <Progress percent={percent} size="small" status="active" aria-label={`${t('transfer.sending')} ${file.name}`} />
          <div className="db-muted db-figure">
            {percent === 100 ? t('transfer.inspecting') : t('transfer.sent_of', { sent: format.bytes(done), total: format.bytes(file.size) })}
            {rate !== undefined && percent < 100 && ` · ${t('transfer.speed', { speed: format.bytes(rate) })}`}
          </div>
        </>
      )}
    </>
  );
}

function UploadProblem({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const problem = asApiError(error);
  const text = problem.status === 0 ? t('common.state.unreachable_hint') : problem.message;
  return <Alert type="error" showIcon role="alert" title={t('transfer.failed')} description={text} />;
}
