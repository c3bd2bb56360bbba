import { DatePicker, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

import type { Rules } from '@/api/types';
import { useSetParameters } from '@/hooks/use-address';

import type { TrendParameters } from '../model/parameters';
import { PRESETS } from '../model/parameters';

type Props = { parameters: TrendParameters; rules: string | undefined; known: Rules[] };

/** Range, view and rule set; all of it in the address. */
export function TrendFilters({ parameters, rules, known }: Props) {
  const { t } = useTranslation();
  const setParameters = useSetParameters();
  return (
    <>
      <Segmented
        aria-label={t('trend.range')}
        value={parameters.preset ?? 'custom'}
        options={[...PRESETS.map((days) => ({ value: days as number | string, label: t('trend.days', { count: days }) })), ...(parameters.preset === undefined ? [{ value: 'custom', label: t('trend.custom') }] : [])]}
        onChange={(value) => typeof value === 'number' && setParameters({ range: String(value), from: undefined, to: undefined })}
      />
      <DatePicker.RangePicker
        aria-label={t('trend.from_to')}
        value={[dayjs(parameters.from), dayjs(parameters.to)]}
        allowClear={false}
        onChange={(days) => {
          const [from, to] = days ?? [];
          if (from && to) setParameters({ from: from.format('YYYY-MM-DD'), to: to.format('YYYY-MM-DD'), range: undefined });
        }}
      />
      <Segmented
        aria-label={t('trend.view')}
        value={parameters.view}
        options={[
          { value: 'multiples', label: t('trend.multiples') },
          { value: 'lines', label: t('trend.lines') },
        ]}
        onChange={(view) => setParameters({ view: view === 'lines' ? 'lines' : undefined })}
      />
      <Select
        aria-label={t('trend.rules')}
        value={rules ?? ''}
        popupMatchSelectWidth={false}
        options={[{ value: '', label: t('trend.rules_default') }, ...known.map((each) => ({ value: `${each.name}@${each.version}`, label: `${each.name}@${each.version}` }))]}
        onChange={(value) => setParameters({ rules: value === '' ? undefined : value, stages: undefined })}
      />
    </>
  );
}
