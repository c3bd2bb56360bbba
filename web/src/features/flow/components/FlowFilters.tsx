import { DatePicker, Segmented } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';

import { useSetParameters } from '@/hooks/use-address';
import { addDays } from '@/lib/days';

import type { FlowParameters } from '../model/parameters';
import { PRESETS } from '../model/parameters';

/** Two days, and how to look at what moved between them. */
export function FlowFilters({ parameters }: { parameters: FlowParameters }) {
  const { t } = useTranslation();
  const setParameters = useSetParameters();
  const preset = PRESETS.find((each) => each.days === parameters.days);
  return (
    <>
      <Segmented
        aria-label={t('flow.range')}
        value={preset?.days ?? 0}
        options={[...PRESETS.map((each) => ({ value: each.days as number, label: t(`flow.${each.name}`) })), ...(preset === undefined ? [{ value: 0, label: t('trend.custom') }] : [])]}
        onChange={(days) => days > 0 && setParameters({ from: addDays(parameters.to, -days), to: parameters.to })}
      />
      <DatePicker.RangePicker
        aria-label={t('flow.from_to')}
        value={[dayjs(parameters.from), dayjs(parameters.to)]}
        allowClear={false}
        onChange={(days) => {
          const [from, to] = days ?? [];
          if (from && to) setParameters({ from: from.format('YYYY-MM-DD'), to: to.format('YYYY-MM-DD') });
        }}
      />
      <Segmented
        aria-label={t('flow.view')}
        value={parameters.view}
        options={[
          { value: 'matrix', label: t('flow.matrix') },
          { value: 'sankey', label: t('flow.sankey') },
        ]}
        onChange={(view) => setParameters({ view: view === 'sankey' ? 'sankey' : undefined })}
      />
    </>
  );
}
