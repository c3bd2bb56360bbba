import { Alert, Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import type { Replayed as Told, ReplayedExample } from '@/api/types';
import { Account } from '@/components/transfer/Account';
import { useRejectWords } from '@/components/transfer/RejectReason';
import { useFormat } from '@/hooks/use-format';
import { ACCOUNT_PARTS } from '@/lib/account';

import { changesOf } from '../model/changes';
import { prettyJson } from '../model/tracked-event';

const COLOR: Record<string, string> = { accepted: 'blue', rejected: 'red' };

/** What became of refused events that were read again, or what would. */
export function Replayed({ replayed, isTrial }: { replayed: Told; isTrial: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const leaving = replayed.accepted + replayed.duplicate + replayed.suppressed;
  const n = format.exact(leaving);
  const notes = [
    ...(replayed.read === 0 ? [t('rejects.replay.none_hint')] : []),
    ...(replayed.rejected > 0 ? [t('rejects.replay.stay', { n: format.exact(replayed.rejected) })] : []),
    ...(replayed.cut > 0 ? [t('rejects.replay.cut', { n: format.exact(replayed.cut) })] : []),
    ...(replayed.next == null ? [] : [t('rejects.replay.more')]),
    ...(isTrial && replayed.read > 0 ? [leaving === 0 ? t('rejects.replay.change_steps') : t('rejects.replay.only_tried')] : []),
  ];
  return (
    <section className="db-stack" aria-label={t('rejects.replay.result')}>
      <Alert
        type={leaving > 0 && !isTrial ? 'success' : replayed.read > 0 && leaving === 0 ? 'warning' : 'info'}
        showIcon
        role="status"
        title={replayed.read === 0 ? t('rejects.replay.none') : t(isTrial ? 'rejects.replay.would' : 'rejects.replay.done', { n })}
        description={notes.map((note) => (
          <div key={note}>{note}</div>
        ))}
      />
      {replayed.read > 0 && <Account account={replayed} />}
      {replayed.examples.length > 0 && (
        <>
          <h2 className="db-subhead">{t('rejects.replay.examples', { n: format.exact(replayed.examples.length) })}</h2>
          <ul className="db-list" aria-label={t('rejects.replay.result')}>
            {replayed.examples.map((example) => (
              <Example key={example.id} example={example} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Example({ example }: { example: ReplayedExample }) {
  const { t } = useTranslation();
  const wordsOf = useRejectWords();
  const { outcome, was, code, message, event, repaired } = example;
  const part = ACCOUNT_PARTS.find((each) => each === outcome);
  const changes = repaired ? changesOf(event, repaired) : [];
  return (
    <li className="db-file db-stack">
      <div className="db-run-head">
        <Tag color={COLOR[outcome] ?? 'default'}>{part === undefined ? outcome : t(`transfer.account.${part}`)}</Tag>
        <span className="db-muted">{t('rejects.replay.was', { reason: wordsOf(was).name })}</span>
        {code && code !== was && <span>{t('rejects.replay.now', { reason: wordsOf(code).name })}</span>}
      </div>
      {message && <span className="db-place">{message}</span>}
      {changes.length === 0 ? (
        <span className="db-muted">{t('rejects.replay.unchanged')}</span>
      ) : (
        <div className="db-replay-changes">
          <table aria-label={t('rejects.replay.changed')}>
            <thead>
              <tr>
                <th scope="col">{t('rejects.replay.place')}</th>
                <th scope="col">{t('rejects.replay.before')}</th>
                <th scope="col">{t('rejects.replay.after')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={change.path}>
                  <th scope="row">{change.path}</th>
                  <td>{change.before === undefined ? <span className="db-muted">{t('rejects.null')}</span> : <del>{change.before}</del>}</td>
                  <td>{change.after === undefined ? <span className="db-muted">{t('rejects.null')}</span> : <ins>{change.after}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Fold name={t('rejects.event')} text={event} />
      {repaired && <Fold name={t('rejects.replay.repaired')} text={repaired} />}
    </li>
  );
}

function Fold({ name, text }: { name: string; text: string }) {
  return (
    <details className="db-replay-fold">
      <summary>{name}</summary>
      <pre className="db-log" tabIndex={0} aria-label={name}>
        {prettyJson(text)}
      </pre>
    </details>
  );
}
