import '../rules.css';

import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Rules } from '@/api/types';
import { PageSection } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

/** Rule sets by name, the one in use first; in each the newest version first. */
export function groupRules(rules: readonly Rules[]): { name: string; versions: Rules[] }[] {
  const names = [...new Set(rules.map((each) => each.name))];
  const groups = names.map((name) => ({ name, versions: rules.filter((each) => each.name === name).sort((a, b) => b.version - a.version) }));
  const isActive = (versions: Rules[]) => Number(versions.some((each) => each.active));
  return groups.sort((a, b) => isActive(b.versions) - isActive(a.versions) || a.name.localeCompare(b.name));
}

/** Every version of every rule set. */
export function RuleSetList({ rules }: { rules: readonly Rules[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const address = useAddress();
  return groupRules(rules).map(({ name, versions }) => (
    <PageSection key={name} title={name} extra={<span className="db-muted">{t('rules.versions', { count: versions.length })}</span>}>
      <ul className="db-list" aria-label={t('rules.versions_of', { name })}>
        {versions.map((each) => (
          <li key={each.version}>
            <Link className="db-rule-link" to={address(paths.rulesVersion(brand, name, each.version))} aria-label={t('rules.open', { rule_set: `${name}@${each.version}` })}>
              {name}@{each.version}
            </Link>{' '}
            {each.active && <Tag color="blue">{t('rules.active')}</Tag>}
            <span className="db-muted">{t('rules.saved_at', { time: format.instant(each.created_at) })}</span>
          </li>
        ))}
      </ul>
    </PageSection>
  ));
}
