import '../tracking.css';

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { TrackingCounts } from '@/api/types';
import { arrivalsModel, arrivalsTable, peakOf } from '@/charts/arrivals/model';
import { arrivalColor, ARRIVALS_HEIGHT, arrivalsOption } from '@/charts/arrivals/option';
import { ChartFrame } from '@/charts/ChartFrame';
import { usePalette } from '@/charts/palette';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { ACCOUNT_PARTS } from '@/lib/account';

type Props = { document: TrackingCounts; timezone: string };

/** When events came, and what became of them. */
export function ArrivalsChart({ document, timezone }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const palette = usePalette();
  const model = useMemo(() => arrivalsModel(document, timezone, (part) => t(`tracking.figure.${part}`)), [document, timezone, t]);
  const received = t('tracking.figure.received');
  const option = useMemo(() => arrivalsOption(model, { palette, count: format.count, exact: format.exact, total: received }), [model, palette, format, received]);
  const step = t(`tracking.chart.step.${document.step}`);
  const peak = peakOf(model);
  return (
    <section className="db-section">
      <ChartFrame
        title={peak === undefined ? t('tracking.what') : t('tracking.chart.title', { step, when: peak.title, n: format.exact(peak.total) })}
        description={t('tracking.chart.description', { step })}
        option={option}
        height={ARRIVALS_HEIGHT}
        fileName={`events-${brand}-${document.step}`}
        table={arrivalsTable(model, { time: t('tracking.chart.time'), total: received }, format.exact)}
      />
      <ul className="db-arrivals-key" aria-label={t('tracking.chart.key')}>
        {ACCOUNT_PARTS.map((part) => (
          <li key={part}>
            <span className={`db-swatch db-swatch-${part}`} style={{ backgroundColor: arrivalColor(part, palette.scheme) }} aria-hidden="true" />
            {t(`tracking.figure.${part}`)} <b className="db-figure">{format.count(document.total[part])}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
