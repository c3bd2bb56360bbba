import { EditOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

import { rulesQuery, rulesVersionQuery } from '@/api/queries/rules';
import type { Rules } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { QueryState } from '@/components/feedback/QueryState';
import { ListPage } from '@/components/layout/ListPage';
import { PageSection } from '@/components/layout/QuestionPage';
import { paths } from '@/config/paths';
import { RuleSetList } from '@/features/rules/components/RuleSetList';
import { StageRules } from '@/features/rules/components/StageRules';
import { useAddress } from '@/hooks/use-address';
import { useBrandSlug, useMay } from '@/hooks/use-brand';

/** The rules in use, read in words, and every saved version. */
export function Component() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const rules = useQuery(rulesQuery(brand));
  const active = rules.data?.find((each) => each.active);
  return (
    <ListPage title={t('rules.title')} intro={t('rules.intro')} actions={active && <EditButton version={active} />}>
      <QueryState query={rules} what={t('rules.title')} action="assets.read">
        {(items) =>
          items.length === 0 ? (
            <EmptyState hint={t('rules.empty')} />
          ) : (
            <div className="db-page">
              {active && <ActiveRules version={active} />}
              <RuleSetList rules={items} />
            </div>
          )
        }
      </QueryState>
    </ListPage>
  );
}

function ActiveRules({ version }: { version: Rules }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const rules = useQuery(rulesVersionQuery(brand, version.name, version.version));
  return (
    <PageSection title={`${t('rules.active')}: ${version.name}@${version.version}`}>
      <p className="db-muted">{t('rules.deepest_first')}</p>
      <QueryState query={rules} what={t('rules.title')}>
        {(read) => <StageRules rules={read.rule_set} />}
      </QueryState>
    </PageSection>
  );
}

/** Leads to the editor; says why when the person may not. */
function EditButton({ version }: { version: Rules }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const mayWrite = useMay('rules.write');
  const navigate = useNavigate();
  const address = useAddress();
  return (
    <Button
      type="primary"
      icon={<EditOutlined />}
      disabled={!mayWrite}
      title={mayWrite ? undefined : t('common.forbidden_action')}
      onClick={() => void navigate(address(paths.rulesEdit(brand, version.name, version.version)))}
    >
      {t('rules.new_version')}
    </Button>
  );
}
