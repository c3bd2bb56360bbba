import { Button, DatePicker, Input, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

import { useSetParameters } from '@/hooks/use-address';

import type { AuditFilters } from '../model/filters';
import { OUTCOMES } from '../model/filters';
import { actionName, KNOWN_ACTIONS } from '../model/words';

type Props = { filters: AuditFilters; mayReadAll: boolean };

const ANY = '';

/** Whose and which entries; all of it in the address. */
export function AuditFilterBar({ filters, mayReadAll }: Props) {
  const { t } = useTranslation();
  const setParameters = useSetParameters();
  const actions = [...new Set([...KNOWN_ACTIONS, ...(filters.action === undefined ? [] : [filters.action])])];
  const asDay = (day: string | undefined) => (day === undefined ? null : dayjs(day));
  const set = (name: string, value: string | undefined) => setParameters({ [name]: value === ANY ? undefined : value });
  const isFiltered = Object.keys(filters).length > 1;
  return (
    <>
      {mayReadAll && (
        <Segmented
          aria-label={t('audit.scope.label')}
          value={filters.scope}
          options={(['brand', 'all'] as const).map((value) => ({ value, label: t(`audit.scope.${value}`) }))}
          onChange={(value) => set('scope', value === 'all' ? 'all' : undefined)}
        />
      )}
      <Input
        key={filters.actor ?? ANY}
        allowClear
        aria-label={t('audit.actor')}
        placeholder={t('audit.actor_placeholder')}
        style={{ width: 180 }}
        defaultValue={filters.actor ?? ANY}
        onPressEnter={(event) => set('actor', event.currentTarget.value.trim())}
        onBlur={(event) => event.target.value.trim() !== (filters.actor ?? ANY) && set('actor', event.target.value.trim())}
        onClear={() => set('actor', undefined)}
      />
      <Select
        aria-label={t('audit.action')}
        popupMatchSelectWidth={false}
        showSearch={{ optionFilterProp: 'label' }}
        style={{ minWidth: 160 }}
        value={filters.action ?? ANY}
        options={[{ value: ANY, label: t('audit.action_any') }, ...actions.map((value) => ({ value, label: actionName(value, t) }))]}
        onChange={(value) => set('action', value)}
      />
      <Select
        aria-label={t('audit.outcome')}
        popupMatchSelectWidth={false}
        value={filters.outcome ?? ANY}
        options={[{ value: ANY, label: t('audit.outcome_any') }, ...OUTCOMES.map((value) => ({ value: value as string, label: t(`audit.outcomes.${value}`) }))]}
        onChange={(value) => set('outcome', value)}
      />
      <DatePicker aria-label={t('audit.from')} placeholder={t('audit.from')} value={asDay(filters.from)} onChange={(value) => set('from', value?.format('YYYY-MM-DD'))} />
      <DatePicker aria-label={t('audit.to')} placeholder={t('audit.to')} value={asDay(filters.to)} onChange={(value) => set('to', value?.format('YYYY-MM-DD'))} />
      {isFiltered && (
        <Button type="link" onClick={() => setParameters({ actor: undefined, action: undefined, outcome: undefined, from: undefined, to: undefined })}>
          {t('audit.clear')}
        </Button>
      )}
    </>
  );
}
