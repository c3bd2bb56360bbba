import { Alert, Button, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Reject } from '@/api/types';
import { useRejectWords } from '@/components/transfer/RejectReason';
import { useFormat } from '@/hooks/use-format';

import { placeOf } from '../model/filter';
import { prettyJson, trackedEvent } from '../model/tracked-event';

type Props = { reject: Reject | undefined; onClose: () => void; onFile: (file: string) => void };

/** A refused row as it is kept, why it was refused, and what to do about it. */
export function RowDrawer({ reject, onClose, onFile }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer open={reject !== undefined} onClose={onClose} size="large" title={reject && (placeOf(reject) ?? t('rejects.column.row'))} destroyOnHidden>
      {reject && <Row reject={reject} onFile={onFile} />}
    </Drawer>
  );
}

function Row({ reject, onFile }: { reject: Reject; onFile: (file: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, todo } = useRejectWords()(reject.code);
  const raw = reject.row['_raw'];
  const event = trackedEvent(reject.row);
  const file = reject.file ?? undefined;
  const columns = Object.entries(reject.row).filter(([column]) => !column.startsWith('_'));
  return (
    <div className="db-stack">
      <Alert
        type="warning"
        showIcon
        title={`${name}${reject.field ? ` · ${reject.field}` : ''}`}
        description={
          <>
            <div>{reject.message}</div>
            {todo !== undefined && (
              <div>
                <b>{t('rejects.what_to_do')}</b> {todo}
              </div>
            )}
          </>
        }
      />
      <div className="db-muted">
        {reject.source} · {t('rejects.block')} {reject.block} · {format.instant(reject.received_at)}
      </div>
      {file !== undefined && <Button onClick={() => onFile(file)}>{t('rejects.only_file')}</Button>}
      {typeof raw === 'string' && (
        <section aria-label={t('rejects.raw')}>
          <h2 className="db-subhead">{t('rejects.raw')}</h2>
          <pre className="db-log">{raw}</pre>
        </section>
      )}
      {event !== undefined && (
        <section aria-label={t('rejects.event')}>
          <h2 className="db-subhead">
            {t('rejects.event')} {event.call !== undefined && <code className="db-muted">{event.call}</code>}
          </h2>
          {event.isCut && <p className="db-muted">{t('rejects.event_cut')}</p>}
          <pre className="db-log db-log-whole" tabIndex={0} aria-label={t('rejects.event')}>
            {prettyJson(event.text)}
          </pre>
        </section>
      )}
      {'_withheld' in reject.row && <p className="db-muted">{t('rejects.withheld')}</p>}
      {columns.length > 0 && (
        <div className="db-found db-found-whole">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('rejects.row_columns.name')}</th>
                <th scope="col">{t('rejects.row_columns.value')}</th>
              </tr>
            </thead>
            <tbody>
              {columns.map(([column, value]) => (
                <tr key={column} className={column === reject.field ? 'db-cell-wrong' : undefined}>
                  <th scope="row">{column}</th>
                  <td>{value === null ? <span className="db-muted">{t('rejects.null')}</span> : typeof value === 'string' ? value : JSON.stringify(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
