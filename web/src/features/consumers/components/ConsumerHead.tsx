import '../consumers.css';

import { useTranslation } from 'react-i18next';

import type { Consumer } from '@/api/types';
import { endOf, stayOn } from '@/charts/stays/model';
import { Answer } from '@/components/layout/QuestionPage';
import { StageTag } from '@/components/ui/StageTag';
import { useAsOf } from '@/hooks/use-brand';
import { useStageNames } from '@/hooks/use-stages';

/** In which stage the consumer is on the day of the page, since when, and until when if nothing more happens. */
export function ConsumerHead({ consumer, codes }: { consumer: Consumer; codes: string[] }) {
  const { t } = useTranslation();
  const { day } = useAsOf();
  const name = useStageNames(consumer.rule_set);
  const stay = stayOn(consumer.history, day);
  const end = stay && endOf(stay);
  return (
    <div className="db-consumer-head">
      <Answer>{stay === undefined ? t('consumers.outside') : <StageTag code={stay.stage} name={name(stay.stage)} codes={codes} />}</Answer>
      {stay && <span>{t('consumers.in_stage_since', { day: stay.from_day })}</span>}
      {end !== undefined && <span className="db-muted">{t('consumers.in_stage_until', { day: end })}</span>}
      <span className="db-muted">
        {t('consumers.as_of', { day })} · {t('common.rule_version')} {consumer.rule_set}
      </span>
    </div>
  );
}
