import { Checkbox } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Rules, TrendDocument } from '@/api/types';
import { ChartFrame } from '@/charts/ChartFrame';
import { usePalette } from '@/charts/palette';
import { trendModel, trendTable } from '@/charts/trend/model';
import { trendHeight, trendOption } from '@/charts/trend/option';
import { EmptyState } from '@/components/feedback/EmptyState';
import { Answer, PageSection } from '@/components/layout/QuestionPage';
import { DataTable } from '@/components/table/DataTable';
import { Figure } from '@/components/ui/Figure';
import { StageTag } from '@/components/ui/StageTag';
import { useSetParameters } from '@/hooks/use-address';
import { useFormat } from '@/hooks/use-format';
import { useStageNames } from '@/hooks/use-stages';
import { relativeChange, trendOf } from '@/lib/trend';

import { largestChange, rulesMarkers } from '../model/findings';
import type { TrendParameters } from '../model/parameters';

type Props = { document: TrendDocument; parameters: TrendParameters; known: Rules[]; timezone: string };

/** The answer in a sentence, the picture, the numbers. */
export function TrendReport({ document, parameters, known, timezone }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const palette = usePalette();
  const setParameters = useSetParameters();
  const nameOf = useStageNames(document.rule_set);
  const trend = useMemo(() => trendOf(document), [document]);
  const codes = document.stages;
  const asked = parameters.stages;
  const chosen = asked === undefined ? codes : codes.filter((code) => asked.includes(code));
  const chosenKey = chosen.join(',');
  const model = useMemo(
    () =>
      trendModel(
        trend,
        chosenKey.split(','),
        nameOf,
        rulesMarkers(known, document.rule_set, timezone, (version) => t('common.chart.rules_marker', { version })),
      ),
    [trend, chosenKey, nameOf, known, document.rule_set, timezone, t],
  );
  const option = useMemo(
    () => trendOption(model, parameters.view, { palette, count: format.count, exact: format.exact }),
    [model, parameters.view, palette, format],
  );

  if (trend.totals.every((total) => total === 0)) return <EmptyState hint={t('trend.empty')} />;
  const before = trend.totals[0];
  const after = trend.totals.at(-1);
  const largest = largestChange(trend);
  return (
    <div className="db-page">
      {largest && (
        <Answer>
          {t('trend.answer', {
            from: trend.days[0],
            to: trend.days.at(-1),
            before: format.count(before),
            after: format.count(after),
            change: format.relative(relativeChange(before, after)),
            stage: nameOf(largest.code),
            stage_change: format.change(largest.change),
          })}
        </Answer>
      )}
      <PageSection
        title={t('trend.stages')}
        extra={
          <Checkbox.Group
            aria-label={t('trend.stages')}
            value={chosen}
            options={codes.map((code) => ({ value: code, label: <StageTag code={code} name={nameOf(code)} codes={codes} /> }))}
            onChange={(next) => setParameters({ stages: next.length === codes.length ? undefined : codes.filter((code) => next.includes(code)).join(',') })}
          />
        }
      >
        {chosen.length === 0 ? (
          <p className="db-muted">{t('trend.no_stage')}</p>
        ) : (
          <ChartFrame
            title={largest === undefined ? t('trend.chart_flat') : t('trend.chart', { stage: nameOf(largest.code), change: format.change(largest.change) })}
            description={t('trend.description', { stages: model.series.map((each) => each.name).join(', '), from: parameters.from, to: parameters.to })}
            option={option}
            height={trendHeight(model, parameters.view)}
            fileName={`trend-${document.brand}-${parameters.from}-${parameters.to}`}
            table={trendTable(model, trend.totals, { day: t('common.day'), total: t('common.total') }, format.exact)}
          />
        )}
      </PageSection>
      <PageSection title={t('trend.table')}>
        <DataTable<{ day: string; place: number }>
          label={t('trend.table')}
          rows={trend.days.map((day, place) => ({ day, place })).reverse()}
          rowKey={(row) => row.day}
          pageSize={31}
          columns={[
            { title: t('common.day'), dataIndex: 'day', key: 'day' },
            ...trend.series.map((each) => ({
              title: nameOf(each.code),
              key: each.code,
              align: 'right' as const,
              render: (_: unknown, row: { place: number }) => <Figure value={each.values[row.place]} />,
            })),
            { title: t('common.total'), key: 'total', align: 'right', render: (_, row) => <Figure value={trend.totals[row.place]} /> },
          ]}
        />
      </PageSection>
      <p className="db-muted">
        {t('common.rule_set')} {document.rule_set}
      </p>
    </div>
  );
}
