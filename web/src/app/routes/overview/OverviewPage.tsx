import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '@/components/feedback/EmptyState';
import { Marks } from '@/components/feedback/Marks';
import { QueryState } from '@/components/feedback/QueryState';
import { Answer, QuestionPage } from '@/components/layout/QuestionPage';
import { AssetCards } from '@/features/overview/components/AssetCards';
import { Moved } from '@/features/overview/components/Moved';
import { Work } from '@/features/overview/components/Work';
import { overviewQuery } from '@/features/overview/api/overview';
import { isEmptyBrand } from '@/features/overview/model/cards';
import { useAsOf, useBrandSlug, useRules } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

/** The morning's page: what there is, what moved, why, and what is being done. */
export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const { day } = useAsOf();
  const overview = useQuery(overviewQuery(brand, day, useRules()));
  const assets = overview.data?.assets;
  return (
    <QuestionPage
      title={t('overview.title')}
      question={t('overview.question')}
      marks={assets && <Marks partial={assets.partial} projected={assets.projected} />}
    >
      <QueryState query={overview} what={t('overview.what')} action="assets.read" rows={10}>
        {(data) =>
          isEmptyBrand(data) ? (
            <>
              <EmptyState hint={<><p>{t('overview.empty')}</p><code>databank import --brand {brand} --mapping shop.toml exports/</code></>} />
              <Work overview={data} />
            </>
          ) : (
            <div className="db-page">
              <Answer>
                {t('overview.answer', {
                  net: format.change(data.moved.net),
                  growth: format.relative(data.assets.metrics.wow_growth),
                  new: format.count(data.moved.new),
                  deepened: format.count(data.moved.deepened),
                  fell_back: format.count(data.moved.fell_back),
                  lost: format.count(data.moved.lost),
                })}
              </Answer>
              <AssetCards overview={data} />
              <Moved overview={data} />
              <Work overview={data} />
            </div>
          )
        }
      </QueryState>
    </QuestionPage>
  );
}
