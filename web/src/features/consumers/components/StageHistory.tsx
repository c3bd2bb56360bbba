import { useTranslation } from 'react-i18next';

import type { Consumer } from '@/api/types';
import { ChartFrame } from '@/charts/ChartFrame';
import { usePalette } from '@/charts/palette';
import { endOf, partsOf, stayOn, staysModel } from '@/charts/stays/model';
import { staysHeight, staysOption } from '@/charts/stays/option';
import { PageSection } from '@/components/layout/QuestionPage';
import { useAsOf, useBrand } from '@/hooks/use-brand';
import { useStageNames } from '@/hooks/use-stages';
import { addDays, daysBetween } from '@/lib/days';

/** In which stage a consumer was when, and what decay would make of it. */
export function StageHistory({ consumer, codes }: { consumer: Consumer; codes: string[] }) {
  const { t } = useTranslation();
  const { day } = useAsOf();
  const lastEventDay = useBrand()?.last_event_day;
  const name = useStageNames(consumer.rule_set);
  const palette = usePalette();
  const projectedFrom = addDays(lastEventDay ?? day, 1);
  const model = staysModel(consumer.history, codes, day, projectedFrom);
  if (model === undefined) {
    return (
      <PageSection title={t('consumers.history.title')}>
        <p className="db-muted">{t('consumers.history.none')}</p>
      </PageSection>
    );
  }
  const stay = stayOn(consumer.history, day);
  const number = consumer.consumer;
  const finding = stay ? t('consumers.history.now', { number, since: stay.from_day, stage: name(stay.stage) }) : t('consumers.history.outside_now', { number });
  const words = {
    name,
    asOf: t('consumers.history.as_of', { day }),
    days: t('consumers.history.days'),
    from: t('consumers.history.from'),
    to: t('consumers.history.to'),
    projected: t('consumers.history.projected'),
    openEnd: t('consumers.history.open_end'),
  };
  const rows = partsOf(consumer.history, projectedFrom).map((part) => [
    name(part.stage),
    part.from,
    part.to === undefined ? t('consumers.history.open_end') : addDays(part.to, -1),
    part.to === undefined ? null : daysBetween(part.from, part.to),
    part.isProjected ? t('consumers.history.projected') : t('consumers.history.real'),
  ]);
  const last = consumer.history.at(-1);
  const end = last && endOf(last);
  return (
    <section className="db-section" aria-label={t('consumers.history.title')}>
      <ChartFrame
        title={finding}
        description={t('consumers.history.description')}
        option={staysOption(model, palette, words)}
        height={staysHeight(model)}
        fileName={`consumer-${number}-stages`}
        table={{ columns: [t('consumers.history.stage'), words.from, words.to, words.days, t('consumers.history.kind')], rows: rows.reverse() }}
      />
      <p className="db-muted">
        {t('consumers.history.description')} {end !== undefined && end > day && t('consumers.history.until', { day: end })}
      </p>
    </section>
  );
}
