import { useTranslation } from 'react-i18next';

import { DataTable } from '@/components/table/DataTable';
import { Definition } from '@/components/ui/Definition';
import { Delta } from '@/components/ui/Delta';
import { Figure } from '@/components/ui/Figure';
import { StageTag } from '@/components/ui/StageTag';
import { useFormat } from '@/hooks/use-format';
import { relativeChange } from '@/lib/trend';

import type { StageRow } from '../model/rows';

type Props = { rows: StageRow[]; ruleSet: string; nameOf: (code: string) => string };

/** Each stage: how many, which share, and how that changed. */
export function StagesTable({ rows, ruleSet, nameOf }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const codes = rows.map((row) => row.stage);
  const change = (before: number | null, now: number) => {
    const relative = relativeChange(before, now);
    const by = before === null ? null : now - before;
    return (
      <>
        <Figure value={by} signed /> <Delta text={format.relative(relative)} direction={by} />
      </>
    );
  };
  return (
    <DataTable<StageRow>
      label={t('assets.stages')}
      rows={rows}
      rowKey={(row) => row.stage}
      columns={[
        {
          title: t('common.stage'),
          key: 'stage',
          render: (_, row) => (
            <>
              <StageTag code={row.stage} name={nameOf(row.stage)} codes={codes} />{' '}
              <Definition name={nameOf(row.stage)} text={t('metrics.stage.text', { stage: nameOf(row.stage) })} ruleSet={ruleSet} />
            </>
          ),
        },
        { title: t('common.consumers'), key: 'consumers', align: 'right', render: (_, row) => <Figure value={row.consumers} /> },
        { title: t('common.share'), key: 'share', align: 'right', render: (_, row) => format.rate(row.share) },
        { title: t('assets.change_day'), key: 'day', align: 'right', render: (_, row) => change(row.dayBefore, row.consumers) },
        { title: t('assets.change_week'), key: 'week', align: 'right', render: (_, row) => change(row.weekBefore, row.consumers) },
      ]}
    />
  );
}
