import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { AssetsDocument } from '@/api/types';
import { Marks } from '@/components/feedback/Marks';
import { QueryState } from '@/components/feedback/QueryState';
import { Answer, PageSection, QuestionPage } from '@/components/layout/QuestionPage';
import { StageBar } from '@/components/ui/StageBar';
import { paths } from '@/config/paths';
import { assetsQuery } from '@/features/assets/api/assets';
import { MetricsTable } from '@/features/assets/components/MetricsTable';
import { StagesTable } from '@/features/assets/components/StagesTable';
import { largestStage, stageRows } from '@/features/assets/model/rows';
import { useAddress } from '@/hooks/use-address';
import { useAsOf, useBrandSlug, useRules } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useStageNames } from '@/hooks/use-stages';
import { download, toCsv } from '@/lib/csv';
import { addDays } from '@/lib/days';

/** Stages and metrics on a day, beside the day and the week before. */
export function Component() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const { day } = useAsOf();
  const rules = useRules();
  const now = useQuery(assetsQuery(brand, day, rules));
  return (
    <QuestionPage
      title={t('assets.title')}
      question={t('assets.question')}
      marks={now.data && <Marks partial={now.data.partial} projected={now.data.projected} />}
    >
      <QueryState query={now} what={t('assets.what')} action="assets.read">
        {(data) => <Report now={data} />}
      </QueryState>
    </QuestionPage>
  );
}

function Report({ now }: { now: AssetsDocument }) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const rules = useRules();
  const address = useAddress();
  const nameOf = useStageNames(now.rule_set);
  const dayBefore = useQuery(assetsQuery(brand, addDays(now.as_of, -1), rules)).data;
  const weekBefore = useQuery(assetsQuery(brand, addDays(now.as_of, -7), rules)).data;
  const largest = largestStage(now);
  const rows = stageRows(now, dayBefore, weekBefore);
  const csv = () => toCsv([['stage', 'consumers', 'share', 'day_before', 'week_before'], ...rows.map((row) => [row.stage, row.consumers, row.share, row.dayBefore, row.weekBefore])]);
  return (
    <div className="db-page">
      <Answer>
        {largest === undefined
          ? t('assets.answer_empty', { day: now.as_of })
          : t('assets.answer', {
              day: now.as_of,
              total: format.count(now.total),
              stage: nameOf(largest.stage),
              share: format.rate(largest.share),
              ratio: format.ratio(now.metrics.potential_customer_ratio),
            })}
      </Answer>
      <PageSection
        title={t('assets.stages')}
        extra={
          <Button
            size="small"
            icon={<DownloadOutlined />}
            onClick={() => download(`assets-${brand}-${now.as_of}.csv`, new Blob([csv()], { type: 'text/csv;charset=utf-8' }))}
          >
            {t('assets.export')}
          </Button>
        }
      >
        <StageBar
          label={t('assets.stages')}
          parts={now.stages.map((each) => ({ code: each.stage, name: nameOf(each.stage), consumers: each.consumers, share: each.share }))}
        />
        <StagesTable rows={rows} ruleSet={now.rule_set} nameOf={nameOf} />
      </PageSection>
      <PageSection title={t('assets.metrics')}>
        <MetricsTable metrics={now.metrics} before={weekBefore?.metrics} ruleSet={now.rule_set} />
      </PageSection>
      <p className="db-muted">
        {t('common.rule_set')} {now.rule_set} · {t('common.vault_version')} {now.vault_version}
      </p>
      <PageSection title={t('assets.next')}>
        <ul className="db-list">
          <li>
            <Link to={address(paths.flow(brand), { from: addDays(now.as_of, -7), to: now.as_of })}>{t('assets.next_flow')}</Link>
          </li>
          <li>
            <Link to={address(paths.fullLink(brand))}>{t('assets.next_trend')}</Link>
          </li>
        </ul>
      </PageSection>
    </div>
  );
}
