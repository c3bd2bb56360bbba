import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import { rulesQuery } from '@/api/queries/rules';
import { QueryState } from '@/components/feedback/QueryState';
import { QuestionPage } from '@/components/layout/QuestionPage';
import { trendQuery } from '@/features/trend/api/trend';
import { TrendFilters } from '@/features/trend/components/TrendFilters';
import { TrendReport } from '@/features/trend/components/TrendReport';
import { trendParameters } from '@/features/trend/model/parameters';
import { useAsOf, useBrand, useBrandSlug, useRules } from '@/hooks/use-brand';

/** Stage counts over time. */
export function Component() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const timezone = useBrand()?.timezone ?? 'UTC';
  const { day } = useAsOf();
  const [search] = useSearchParams();
  const rules = useRules();
  const parameters = trendParameters(search, day);
  const trend = useQuery(trendQuery(brand, parameters.from, parameters.to, rules));
  const known = useQuery(rulesQuery(brand)).data ?? [];
  return (
    <QuestionPage title={t('trend.title')} question={t('trend.question')} filters={<TrendFilters parameters={parameters} rules={rules} known={known} />}>
      <QueryState query={trend} what={t('trend.what')} action="assets.read" rows={10}>
        {(document) => <TrendReport document={document} parameters={parameters} known={known} timezone={timezone} />}
      </QueryState>
    </QuestionPage>
  );
}
