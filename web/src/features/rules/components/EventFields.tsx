import { Checkbox, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { EventRule } from '@/api/types';
import { BEHAVIORS, behaviorName } from '@/lib/behaviors';

import type { Threshold } from '../model/condition';
import { THRESHOLD_KINDS, thresholdOf, withThreshold } from '../model/condition';

type Props = { name: string; events: EventRule; onChange: (events: EventRule) => void };

const LONGEST_WINDOW = 3_660;
const LARGEST_THRESHOLD = 1_000;

/** What is counted, over how many days, and how much is enough. */
export function EventFields({ name, events, onChange }: Props) {
  const { t } = useTranslation();
  const threshold = thresholdOf(events);
  const set = (change: Partial<EventRule>) => onChange(withThreshold({ ...events, ...change }, threshold));
  const setThreshold = (change: Partial<Threshold>) => onChange(withThreshold(events, { ...threshold, ...change }));
  const known = [...new Set<string>([...BEHAVIORS, ...events.behaviors])];
  const label = (text: string) => `${name}: ${text}`;
  return (
    <>
      <div className="db-rule-fields">
        <Field text={t('rules.edit.behaviors')} isWide>
          <Select
            mode="tags"
            aria-label={label(t('rules.edit.behaviors'))}
            value={events.behaviors}
            optionFilterProp="label"
            options={known.map((value) => ({ value, label: behaviorName(value, t) }))}
            onChange={(behaviors: string[]) => set({ behaviors })}
          />
        </Field>
      </div>
      <div className="db-rule-fields">
        <Field text={t('rules.edit.within_days')}>
          <InputNumber
            aria-label={label(t('rules.edit.within_days'))}
            min={1}
            max={LONGEST_WINDOW}
            precision={0}
            value={events.within_days > 0 ? events.within_days : null}
            onChange={(value) => value !== null && set({ within_days: value })}
          />
        </Field>
        <Field text={t('rules.edit.needed')}>
          <InputNumber
            aria-label={label(t('rules.edit.needed'))}
            min={1}
            max={LARGEST_THRESHOLD}
            precision={0}
            value={threshold.needed}
            onChange={(value) => value !== null && setThreshold({ needed: value })}
          />
        </Field>
        <Field text={t('rules.edit.threshold')}>
          <Select
            aria-label={label(t('rules.edit.threshold'))}
            popupMatchSelectWidth={false}
            value={threshold.kind}
            options={THRESHOLD_KINDS.map((value) => ({ value, label: t(`rules.edit.threshold_kind.${value}`) }))}
            onChange={(kind) => setThreshold({ kind })}
          />
        </Field>
        <Checkbox checked={events.scope === 'brand'} onChange={(event) => set({ scope: event.target.checked ? 'brand' : null })}>
          {t('rules.edit.scope')}
        </Checkbox>
      </div>
      <div className="db-rule-fields">
        <Field text={t('rules.edit.where')} isWide>
          <Input
            aria-label={label(t('rules.edit.where'))}
            value={events.where ?? ''}
            placeholder={t('rules.edit.where_hint')}
            onChange={(event) => set({ where: event.target.value === '' ? null : event.target.value })}
          />
        </Field>
      </div>
    </>
  );
}

function Field({ text, isWide = false, children }: { text: string; isWide?: boolean; children: ReactNode }) {
  return (
    <span className={isWide ? 'db-rule-field db-rule-field-wide' : 'db-rule-field'}>
      <span aria-hidden="true">{text}</span>
      {children}
    </span>
  );
}
