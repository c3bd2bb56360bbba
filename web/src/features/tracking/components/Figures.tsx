import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { TrackingCounts } from '@/api/types';
import { Figure } from '@/components/ui/Figure';
import { MetricCard } from '@/components/ui/MetricCard';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

type Props = { document: TrackingCounts; timezone: string };

/** What became of all events of the range, and how many are still to be written. */
export function Figures({ document, timezone }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const address = useAddress();
  const maySeeRejects = useMay('rejects.summary');
  const { total, waiting, sources } = document;
  // Of one source alone the rejects can be shown as they are counted here.
  const refusing = sources.filter((each) => each.rejected > 0);
  const only: Record<string, string> = refusing.length === 1 && refusing[0] !== undefined ? { source: refusing[0].source } : {};
  const card = (name: 'received' | 'accepted' | 'duplicate' | 'rejected', changes?: React.ReactNode) => (
    <MetricCard name={t(`tracking.figure.${name}`)} value={<Figure value={total[name]} />} definition={t(`tracking.figure.${name}_definition`)} changes={changes} />
  );
  return (
    <div className="db-cards db-cards-small">
      {card('received')}
      {card('accepted')}
      {card('duplicate')}
      {card('rejected', total.rejected > 0 && maySeeRejects && <Link to={address(paths.rejects(brand), only)}>{t('tracking.see_rejects')}</Link>)}
      <MetricCard
        name={t('tracking.figure.waiting')}
        value={<Figure value={waiting.events} />}
        definition={t('tracking.figure.waiting_definition')}
        changes={<span className="db-muted">{waiting.since ? t('tracking.figure.waiting_since', { time: format.instant(waiting.since, timezone) }) : t('tracking.figure.waiting_none')}</span>}
      />
    </div>
  );
}
