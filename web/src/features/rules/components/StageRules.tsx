import '../rules.css';

import { useTranslation } from 'react-i18next';

import type { RuleSet } from '@/api/types';
import { StageTag } from '@/components/ui/StageTag';
import { useLanguage } from '@/hooks/use-format';
import { useThemeMode } from '@/hooks/use-theme-mode';
import { stageColor } from '@/lib/stages';

import { stageName } from '../model/condition';
import { ConditionList } from './ConditionTree';

/** A rule set read in words: its stages, deepest first, and what each asks for. */
export function StageRules({ rules }: { rules: RuleSet }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { scheme } = useThemeMode();
  const shallowFirst = rules.stages.map((stage) => stage.code).reverse();
  return (
    <div className="db-rule-stages">
      {rules.stages.map((stage) => {
        const [only] = stage.any;
        const group = stage.any.length === 1 && only !== undefined && 'all' in only ? only.all : undefined;
        return (
          <section key={stage.code} aria-label={stageName(stage, language)} className="db-rule-stage" style={{ borderColor: stageColor(stage.code, shallowFirst, scheme).stroke }}>
            <h3>
              <StageTag code={stage.code} name={stageName(stage, language)} codes={shallowFirst} />
              <code>{stage.code}</code>
              <span className="db-muted">{group !== undefined ? t('rules.all_of') : stage.any.length > 1 ? t('rules.any_of') : ''}</span>
            </h3>
            <ConditionList conditions={group ?? stage.any} />
          </section>
        );
      })}
    </div>
  );
}
