import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { rejectsExportAddress, rejectsSummaryQuery } from '@/api/queries/rejects';
import type { Job } from '@/api/types';
import { Account } from '@/components/transfer/Account';
import { useRejectWords } from '@/components/transfer/RejectReason';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useFormat } from '@/hooks/use-format';
import { accountOf } from '@/lib/account';

import { mainReason } from '../model/outcome';

type Props = { brand: string; job: Job; onFix: () => void; onAnother: () => void; onAgain: () => void };

/** What came of an import, and what to do next. */
export function Outcome({ brand, job, onFix, onAnother, onAgain }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const address = useAddress();
  if (job.status !== 'done') {
    return (
      <>
        {(job.status === 'canceled' || job.status === 'interrupted') && <Alert type="warning" showIcon title={t(`imports.run.${job.status}`)} />}
        <Button type="primary" onClick={onAgain}>
          {t('imports.run.again')}
        </Button>
      </>
    );
  }
  const account = accountOf(job.result);
  const unreadable = Number(job.result?.['unreadable'] ?? 0);
  return (
    <>
      {account !== undefined && <Account account={account} isExplained />}
      {account !== undefined && (account.rejected > 0 ? <Rejected brand={brand} rejected={account.rejected} onFix={onFix} /> : <p>{t('imports.run.none_rejected')}</p>)}
      {unreadable > 0 && <p className="db-muted">{t('imports.run.unreadable', { n: format.exact(unreadable) })}</p>}
      <div className="db-filters">
        <Link to={address(paths.overview(brand))}>{t('imports.run.to_overview')}</Link>
        <Button onClick={onAnother}>{t('imports.run.another')}</Button>
      </div>
    </>
  );
}

function Rejected({ brand, rejected, onFix }: { brand: string; rejected: number; onFix: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const address = useAddress();
  const wordsOf = useRejectWords();
  const reason = mainReason(rejected, useQuery(rejectsSummaryQuery(brand)).data);
  const n = format.exact(rejected);
  const said =
    reason === undefined ? t('imports.run.rejected', { n }) : t(reason.isOnly ? 'imports.run.rejected_because' : 'imports.run.rejected_mostly', { n, reason: wordsOf(reason.code).name });
  return (
    <Alert
      type="warning"
      showIcon
      title={said}
      description={
        <div className="db-filters">
          <Link to={address(paths.rejects(brand))}>{t('imports.run.see')}</Link>
          <a href={rejectsExportAddress(brand, 'csv', {})} download>
            {t('imports.run.download')}
          </a>
          <Button type="link" size="small" onClick={onFix}>
            {t('imports.run.fix')}
          </Button>
        </div>
      }
    />
  );
}
