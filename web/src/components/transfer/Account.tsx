import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

import { Definition } from '@/components/ui/Definition';
import { useFormat } from '@/hooks/use-format';
import type { RowAccount } from '@/lib/account';
import { ACCOUNT_PARTS, accountSum } from '@/lib/account';

type Props = { account: RowAccount; isExplained?: boolean };

/** What became of the rows that were read, as an equation that adds up. */
export function Account({ account, isExplained = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = accountSum(account);
  return (
    <>
      <span className="db-account" role="group" aria-label={t('transfer.account.label')}>
        <span>
          {t('transfer.account.read')} <b className="db-figure">{format.exact(account.read)}</b>
        </span>
        {ACCOUNT_PARTS.map((part, place) => (
          <span key={part} className={account[part] === 0 ? 'db-muted' : undefined}>
            {place === 0 ? '= ' : '+ '}
            {t(`transfer.account.${part}`)} <b className="db-figure">{format.exact(account[part])}</b>
          </span>
        ))}
        {isExplained && <Definition name={t('transfer.account.label')} text={t('transfer.account.definition')} />}
      </span>
      {sum !== account.read && <Alert type="error" showIcon role="alert" title={t('transfer.account.off', { sum: format.exact(sum) })} />}
    </>
  );
}
