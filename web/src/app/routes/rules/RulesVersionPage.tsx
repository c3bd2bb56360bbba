import { useQuery } from '@tanstack/react-query';
import { Button, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';

import { rulesQuery, rulesVersionQuery } from '@/api/queries/rules';
import type { RulesVersion } from '@/api/types';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { PageSection } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { StageRules } from '@/features/rules/components/StageRules';
import { VersionCompare } from '@/features/rules/components/VersionCompare';
import { useAddress, useSetParameters } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

const NOTHING = '';

/** One version read in words, or beside another with what differs. */
export function Component() {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const { name = '', version = '' } = useParams();
  const [search] = useSearchParams();
  const setParameters = useSetParameters();
  const navigate = useNavigate();
  const address = useAddress();
  const mayWrite = useMay('rules.write');
  const shown = useQuery(rulesVersionQuery(brand, name, Number(version)));
  const all = useQuery(rulesQuery(brand)).data ?? [];
  const label = `${name}@${version}`;
  const compared = search.get('compare') ?? NOTHING;
  const others = all.map((each) => `${each.name}@${each.version}`).filter((each) => each !== label);
  const isActive = all.find((each) => `${each.name}@${each.version}` === label)?.active ?? shown.data?.active ?? false;
  return (
    <ListPage
      title={label}
      intro={shown.data === undefined ? '' : t('rules.saved_at', { time: format.instant(shown.data.created_at) })}
      filters={
        <>
          <Link to={address(paths.rules(brand))}>{t('rules.back')}</Link>
          {isActive && <Tag color="blue">{t('rules.active')}</Tag>}
          <label className="db-filter">
            {t('rules.compare.with')}
            <Select
              aria-label={t('rules.compare.with')}
              popupMatchSelectWidth={false}
              value={compared}
              options={[{ value: NOTHING, label: t('rules.compare.none') }, ...others.map((value) => ({ value, label: value }))]}
              onChange={(value) => setParameters({ compare: value === NOTHING ? undefined : value })}
            />
          </label>
        </>
      }
      actions={
        <Button
          type="primary"
          disabled={!mayWrite}
          title={mayWrite ? undefined : t('common.forbidden_action')}
          onClick={() => void navigate(address(paths.rulesEdit(brand, name, Number(version))))}
        >
          {t('rules.new_version')}
        </Button>
      }
    >
      <QueryState query={shown} what={t('rules.title')} action="assets.read">
        {(rules) => (compared === NOTHING ? <InWords rules={rules} /> : <Compared label={compared} newer={rules} />)}
      </QueryState>
    </ListPage>
  );
}

function InWords({ rules }: { rules: RulesVersion }) {
  const { t } = useTranslation();
  const { entity } = rules.rule_set;
  const about = entity === 'brand' || entity === 'category' || entity === 'item' ? t(`rules.entity.${entity}`) : entity;
  return (
    <div className="db-page">
      <PageSection title={t('rules.words.title')} extra={<span className="db-muted">{t('rules.about', { entity: about })}</span>}>
        <p className="db-muted">{t('rules.deepest_first')}</p>
        <StageRules rules={rules.rule_set} />
      </PageSection>
      <details className="db-section">
        <summary>{t('rules.text')}</summary>
        <pre className="db-rule-text" tabIndex={0} aria-label={t('rules.text')}>
          {rules.text}
        </pre>
      </details>
    </div>
  );
}

/** The version of the page on the right: what became of the one that it is compared with. */
function Compared({ label, newer }: { label: string; newer: RulesVersion }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const [name = '', version = ''] = label.split('@');
  const other = useQuery(rulesVersionQuery(brand, name, Number(version)));
  return (
    <PageSection title={t('rules.compare.title')}>
      <QueryState query={other} what={t('rules.compare.title')}>
        {(older) => <VersionCompare before={{ label, rules: older.rule_set }} after={{ label: `${newer.name}@${newer.version}`, rules: newer.rule_set }} />}
      </QueryState>
    </PageSection>
  );
}
