import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';

import { rulesVersionQuery } from '@/api/queries/rules';
import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { paths } from '@/config/paths';
import { RuleEditor } from '@/features/rules/components/RuleEditor';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

/** A version edited into the next one. */
export function Component() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const { name = '', version = '' } = useParams();
  const address = useAddress();
  const mayWrite = useMay('rules.write');
  const rules = useQuery(rulesVersionQuery(brand, name, Number(version)));
  if (!mayWrite) return <ForbiddenState action="rules.write" />;
  return (
    <ListPage
      title={t('rules.edit.title', { rule_set: `${name}@${version}` })}
      intro={t('rules.edit.intro')}
      filters={<Link to={address(paths.rulesVersion(brand, name, Number(version)))}>{`${name}@${version}`}</Link>}
    >
      <QueryState query={rules} what={t('rules.title')} action="rules.write">
        {(read) => <RuleEditor key={`${read.name}@${read.version}`} version={read} />}
      </QueryState>
    </ListPage>
  );
}
