import { useTranslation } from 'react-i18next';

import type { RejectsSummary } from '@/api/types';
import { PageSection } from '@/components/layout/QuestionPage';
import { useRejectWords } from '@/components/transfer/RejectReason';

import { Bars } from './Bars';

type Props = {
  summary: RejectsSummary;
  code: string | undefined;
  source: string | undefined;
  /** Absent when the person may not see rows, so that there is nothing to filter. */
  onFilter?: ((change: { code?: string | undefined; source?: string | undefined }) => void) | undefined;
};

/** How many rows wait, by reason and by source. */
export function Summary({ summary, code, source, onFilter }: Props) {
  const { t } = useTranslation();
  const wordsOf = useRejectWords();
  return (
    <div className="db-columns">
      <PageSection title={t('rejects.by_code')}>
        <Bars
          label={t('rejects.by_code')}
          bars={summary.by_code.map((each) => ({ key: each.code, name: wordsOf(each.code).name, count: each.count }))}
          chosen={code}
          onChoose={onFilter && ((chosen) => onFilter({ code: chosen }))}
        />
      </PageSection>
      <PageSection title={t('rejects.by_source')}>
        <Bars
          label={t('rejects.by_source')}
          bars={summary.by_source.map((each) => ({ key: each.source, name: each.source, count: each.count }))}
          chosen={source}
          onChoose={onFilter && ((chosen) => onFilter({ source: chosen }))}
        />
      </PageSection>
    </div>
  );
}
