import { useTranslation } from 'react-i18next';

import type { AssetMetrics } from '@/api/types';
import { DataTable } from '@/components/table/DataTable';
import { Definition } from '@/components/ui/Definition';
import { Figure } from '@/components/ui/Figure';
import { useFormat } from '@/hooks/use-format';

import type { MetricKey, MetricKind } from '../model/rows';
import { METRICS } from '../model/rows';

type Props = { metrics: AssetMetrics; before: AssetMetrics | undefined; ruleSet: string };

/** Every metric with its meaning, now and a week before. */
export function MetricsTable({ metrics, before, ruleSet }: Props) {
  const { t } = useTranslation();
  return (
    <DataTable<{ key: MetricKey; kind: MetricKind }>
      label={t('assets.metrics')}
      rows={METRICS}
      rowKey={(row) => row.key}
      columns={[
        {
          title: t('assets.metric'),
          key: 'metric',
          render: (_, row) => (
            <>
              {t(`metrics.${row.key}.name`)} <Definition name={t(`metrics.${row.key}.name`)} text={t(`metrics.${row.key}.text`)} ruleSet={ruleSet} />
            </>
          ),
        },
        { title: t('assets.value'), key: 'value', align: 'right', render: (_, row) => <Value value={metrics[row.key]} kind={row.kind} /> },
        { title: t('assets.week_before'), key: 'before', align: 'right', render: (_, row) => <Value value={before?.[row.key]} kind={row.kind} /> },
      ]}
    />
  );
}

function Value({ value, kind }: { value: number | null | undefined; kind: MetricKind }) {
  const format = useFormat();
  return kind === 'count' ? <Figure value={value} /> : <span className="db-figure">{format[kind](value)}</span>;
}
