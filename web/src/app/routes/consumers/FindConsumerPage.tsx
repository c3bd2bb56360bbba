import { useTranslation } from 'react-i18next';

import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { PageSection, QuestionPage } from '@/components/layout/QuestionPage';
import { LookupBox } from '@/features/consumers/components/LookupBox';
import { NumberBox } from '@/features/consumers/components/NumberBox';
import { useMay } from '@/hooks/use-brand';

/** Where a consumer is found by an id or a number. */
export function Component() {
  const { t } = useTranslation();
  const mayRead = useMay('consumers.read');
  return (
    <QuestionPage title={t('consumers.title')} question={t('consumers.search_intro')}>
      {mayRead ? (
        <PageSection title={t('consumers.search_title')}>
          <div className="db-page">
            <LookupBox />
            <NumberBox />
          </div>
        </PageSection>
      ) : (
        <ForbiddenState action="consumers.read" />
      )}
    </QuestionPage>
  );
}
