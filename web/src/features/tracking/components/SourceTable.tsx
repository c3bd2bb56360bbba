import '../tracking.css';

import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { TrackingSource } from '@/api/types';
import { PageSection } from '@/components/layout/QuestionPage';
import { DataTable } from '@/components/table/DataTable';
import { Figure } from '@/components/ui/Figure';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useIsNarrow } from '@/hooks/use-theme-mode';
import { ACCOUNT_PARTS, accountSum } from '@/lib/account';

/** What became of the events of each source, and whether that adds up. */
export function SourceTable({ sources }: { sources: TrackingSource[] }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const address = useAddress();
  const format = useFormat();
  const maySeeRows = useMay('rejects.read');
  const isNarrow = useIsNarrow();
  return (
    <PageSection title={t('tracking.sources.title')} extra={<span className="db-muted">{t('tracking.sources.hint')}</span>}>
      <DataTable<TrackingSource>
        label={t('tracking.sources.title')}
        rows={sources}
        rowKey={(row) => row.source}
        columns={[
          {
            key: 'source',
            title: t('tracking.sources.source'),
            render: (_, row) => (
              <>
                {/* In the last column it would be out of sight. */}
                {isNarrow && <Balance row={row} isShort />} {row.source}
              </>
            ),
          },
          { key: 'received', title: t('tracking.figure.received'), align: 'right', render: (_, row) => <Figure value={row.received} /> },
          ...ACCOUNT_PARTS.map((part) => ({
            key: part,
            title: t(`tracking.figure.${part}`),
            align: 'right' as const,
            render: (_: unknown, row: TrackingSource) =>
              part === 'rejected' && row.rejected > 0 && maySeeRows ? (
                <Link to={address(paths.rejects(brand), { source: row.source })} aria-label={t('tracking.see_rejects_of', { source: row.source, n: format.count(row.rejected) })}>
                  <Figure value={row.rejected} />
                </Link>
              ) : (
                <Figure value={row[part]} />
              ),
          })),
          ...(isNarrow ? [] : [{ key: 'balance', title: t('tracking.sources.balance'), render: (_: unknown, row: TrackingSource) => <Balance row={row} /> }]),
        ]}
      />
    </PageSection>
  );
}

type BalanceProps = { row: TrackingSource; isShort?: boolean };

/** Whether what became of a source's events adds up; short only where it does. */
function Balance({ row, isShort = false }: BalanceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = accountSum(row);
  return sum === row.received ? (
    <span className="db-balance db-balance-good">
      <CheckCircleOutlined aria-hidden="true" /> <span className={isShort ? 'db-visually-hidden' : undefined}>{t('tracking.sources.balanced')}</span>
    </span>
  ) : (
    <span className="db-balance db-balance-off" role="alert">
      <CloseCircleOutlined aria-hidden="true" /> {t('tracking.sources.off', { sum: format.exact(sum) })}
    </span>
  );
}
