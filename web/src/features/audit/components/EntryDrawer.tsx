import { Descriptions, Drawer, Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import type { AuditEntry } from '@/api/types';
import { useFormat } from '@/hooks/use-format';

import { actorKindName, entryWords, outcomeName } from '../model/words';
import { OUTCOME_COLOR } from './outcome-color';

/** All that is known of an entry. */
export function EntryDrawer({ entry, onClose }: { entry: AuditEntry | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const details = Object.entries(entry?.details ?? {});
  return (
    <Drawer open={entry !== undefined} onClose={onClose} size={480} title={entry && t('audit.entry', { sequence: entry.sequence })}>
      {entry && (
        <div className="db-page">
          <p className="db-answer">{entryWords(entry, t)}</p>
          <Descriptions
            column={1}
            size="small"
            bordered
            items={[
              { key: 'at', label: t('audit.at'), children: format.instant(entry.at) },
              { key: 'actor', label: t('audit.actor'), children: `${entry.actor.name} (${actorKindName(entry.actor.kind, t)})` },
              { key: 'action', label: t('audit.action'), children: <code>{entry.action}</code> },
              { key: 'outcome', label: t('audit.outcome'), children: <Tag color={OUTCOME_COLOR[entry.outcome]}>{outcomeName(entry.outcome, t)}</Tag> },
              { key: 'brand', label: t('audit.brand'), children: entry.brand ?? '—' },
              { key: 'target', label: t('audit.target'), children: entry.target ?? '—' },
              { key: 'address', label: t('audit.address'), children: entry.address ?? '—' },
            ]}
          />
          <h2 className="db-subhead">{t('audit.details')}</h2>
          {details.length === 0 ? (
            <p className="db-muted">{t('audit.no_details')}</p>
          ) : (
            <Descriptions
              column={1}
              size="small"
              bordered
              items={details.map(([name, value]) => ({ key: name, label: name, children: typeof value === 'string' ? value : JSON.stringify(value) }))}
            />
          )}
        </div>
      )}
    </Drawer>
  );
}
