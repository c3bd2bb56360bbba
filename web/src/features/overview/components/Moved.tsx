import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Overview, Reason } from '@/api/types';
import { ChartFrame } from '@/charts/ChartFrame';
import { moveBars, moveTable } from '@/charts/moves/model';
import { movesOption } from '@/charts/moves/option';
import { usePalette } from '@/charts/palette';
import { PageSection } from '@/components/layout/QuestionPage';
import { Figure } from '@/components/ui/Figure';
import { StageTag } from '@/components/ui/StageTag';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useStageNames } from '@/hooks/use-stages';

/** What moved since last week: how many of each kind, and the three largest moves. */
export function Moved({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const palette = usePalette();
  const { moved } = overview;
  const bars = useMemo(() => moveBars(moved, (kind) => t(`common.move.${kind}`)), [moved, t]);
  const option = useMemo(() => movesOption(bars, { palette, count: format.count, exact: format.exact }), [bars, palette, format]);
  const counts = {
    new: format.count(moved.new),
    deepened: format.count(moved.deepened),
    fell_back: format.count(moved.fell_back),
    lost: format.count(moved.lost),
  };
  return (
    <PageSection title={t('overview.moved')}>
      <div className="db-columns">
        <ChartFrame
          title={t('overview.moved_chart', counts)}
          description={t('overview.moved_description', { from: moved.from, to: moved.to })}
          option={option}
          height={168}
          fileName={`moved-${moved.from}-${moved.to}`}
          table={moveTable(bars, { kind: t('overview.kind'), consumers: t('common.consumers') }, format.exact)}
        />
        <div>
          <h3 className="db-chart-title">{t('overview.reasons')}</h3>
          {moved.reasons.length === 0 ? (
            <p className="db-muted">{t('overview.reasons_none')}</p>
          ) : (
            <ol className="db-reasons">
              {moved.reasons.map((reason) => (
                <ReasonItem key={`${reason.from}-${reason.to}`} reason={reason} overview={overview} />
              ))}
            </ol>
          )}
        </div>
      </div>
    </PageSection>
  );
}

function ReasonItem({ reason, overview }: { reason: Reason; overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const address = useAddress();
  const codes = overview.assets.stages.map((each) => each.stage);
  const nameOf = useStageNames(overview.assets.rule_set);
  const { from, to } = overview.moved;
  const isUp = reason.kind === 'new' || reason.kind === 'deepened';
  return (
    <li>
      <span className={isUp ? 'db-delta-up' : 'db-delta-down'}>
        <span aria-hidden="true">{isUp ? '▲' : '▼'} </span>
        {t(`common.move.${reason.kind}`)}
      </span>{' '}
      <StageTag code={reason.from} name={nameOf(reason.from)} codes={codes} /> → <StageTag code={reason.to} name={nameOf(reason.to)} codes={codes} />{' '}
      <b>
        <Figure value={reason.consumers} />
      </b>{' '}
      <span className="db-muted">{t('overview.reason_share', { share: format.rate(reason.share_of_change) })}</span>{' '}
      <Link
        to={address(paths.flow(brand), { from, to, cell: `${reason.from}-${reason.to}` })}
        aria-label={`${t('overview.reason_open')}: ${nameOf(reason.from)} → ${nameOf(reason.to)}`}
      >
        {t('overview.reason_open')}
      </Link>
    </li>
  );
}
