import { useTranslation } from 'react-i18next';

import type { Overview } from '@/api/types';
import { Sparkline } from '@/charts/Sparkline';
import { usePalette } from '@/charts/palette';
import { Delta } from '@/components/ui/Delta';
import { Figure } from '@/components/ui/Figure';
import { MetricCard } from '@/components/ui/MetricCard';
import { useFormat } from '@/hooks/use-format';
import { useStageNames } from '@/hooks/use-stages';

import { stageCards } from '../model/cards';

/** One card for the chain and each of its stages, then the metrics that tell of its health. */
export function AssetCards({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const palette = usePalette();
  const { rule_set: ruleSet, metrics } = overview.assets;
  const nameOf = useStageNames(ruleSet);
  const codes = overview.assets.stages.map((each) => each.stage);
  const before = overview.week_before.metrics;
  return (
    <>
      <div className="db-cards">
        {stageCards(overview).map((card) => {
          const isTotal = card.code === 'total';
          const name = isTotal ? t('metrics.total.name') : nameOf(card.code);
          const color = isTotal ? undefined : palette.stage(card.code, codes);
          return (
            <MetricCard
              key={card.code}
              name={name}
              definition={isTotal ? t('metrics.total.text') : t('metrics.stage.text', { stage: name })}
              ruleSet={ruleSet}
              accent={color?.stroke}
              value={
                <>
                  <Figure value={card.value} />
                  {card.share !== null && <span className="db-card-share"> {format.rate(card.share)}</span>}
                </>
              }
              changes={
                <>
                  <Delta text={format.relative(card.sinceDay)} direction={card.sinceDay} base={t('common.vs_day')} />
                  <Delta text={format.relative(card.sinceWeek)} direction={card.sinceWeek} base={t('common.vs_week')} />
                </>
              }
              picture={<Sparkline values={card.trend} color={color?.stroke ?? palette.accent} label={t('overview.spark', { name })} />}
            />
          );
        })}
      </div>
      <div className="db-cards">
        <MetricCard name={t('metrics.cumulative_consumers.name')} definition={t('metrics.cumulative_consumers.text')} ruleSet={ruleSet} value={<Figure value={metrics.cumulative_consumers} />} />
        <MetricCard
          name={t('metrics.wow_growth.name')}
          definition={t('metrics.wow_growth.text')}
          ruleSet={ruleSet}
          value={<Delta text={format.relative(metrics.wow_growth)} direction={metrics.wow_growth} />}
        />
        <MetricCard
          name={t('metrics.weekly_deepening_rate.name')}
          definition={t('metrics.weekly_deepening_rate.text')}
          ruleSet={ruleSet}
          value={format.rate(metrics.weekly_deepening_rate)}
          changes={<PointsDelta now={metrics.weekly_deepening_rate} before={before.weekly_deepening_rate} />}
        />
        <MetricCard
          name={t('metrics.potential_customer_ratio.name')}
          definition={t('metrics.potential_customer_ratio.text')}
          ruleSet={ruleSet}
          value={format.ratio(metrics.potential_customer_ratio)}
          changes={<span className="db-muted">{`${t('assets.week_before')} ${format.ratio(before.potential_customer_ratio)}`}</span>}
        />
      </div>
    </>
  );
}

function PointsDelta({ now, before }: { now: number | null | undefined; before: number | null | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const points = typeof now === 'number' && typeof before === 'number' ? now - before : null;
  return <Delta text={format.points(points)} direction={points} base={t('common.vs_week')} />;
}
