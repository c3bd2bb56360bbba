import '../rules.css';

import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

import type { RuleCondition, RuleSet } from '@/api/types';
import { StageTag } from '@/components/ui/StageTag';
import { useLanguage } from '@/hooks/use-format';

import { stageName } from '../model/condition';
import type { ConditionPair, Mark, StagePair } from '../model/diff';
import { conditionChanges, countDifferences, diffRules, stageChanges } from '../model/diff';
import { ConditionTree } from './ConditionTree';

type Side = { label: string; rules: RuleSet };
type Props = { before: Side; after: Side };

const COLOR = { same: 'default', changed: 'blue', added: 'purple', removed: 'red' } as const;

/** Two versions side by side, each difference marked and told. */
export function VersionCompare({ before, after }: Props) {
  const { t } = useTranslation();
  const pairs = diffRules(before.rules, after.rules);
  const isOtherEntity = before.rules.entity !== after.rules.entity;
  const differences = countDifferences(pairs) + Number(isOtherEntity);
  return (
    <>
      <p className="db-answer">{differences === 0 ? t('rules.compare.same') : t('rules.compare.different', { count: differences })}</p>
      {isOtherEntity && <p>{t('rules.compare.entity', { from: before.rules.entity, to: after.rules.entity })}</p>}
      <div className="db-table" role="region" aria-label={`${before.label} → ${after.label}`} tabIndex={0}>
        <table className="db-rule-diff">
          <thead>
            <tr>
              <th scope="col">{before.label}</th>
              <th scope="col">{after.label}</th>
            </tr>
          </thead>
          {pairs.map((pair) => (
            <StageRows key={pair.code} pair={pair} before={before.rules} after={after.rules} />
          ))}
        </table>
      </div>
    </>
  );
}

function StageRows({ pair, before, after }: { pair: StagePair; before: RuleSet; after: RuleSet }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const changes = stageChanges(pair, language, t);
  const head = (stage: StagePair['before'], rules: RuleSet) =>
    stage === undefined ? (
      <span className="db-muted">—</span>
    ) : (
      <b>
        <StageTag code={stage.code} name={stageName(stage, language)} codes={rules.stages.map((each) => each.code).reverse()} /> <code>{stage.code}</code>
      </b>
    );
  return (
    <tbody>
      <tr>
        <td>{head(pair.before, before)}</td>
        <td>
          {head(pair.after, after)}{' '}
          {changes.map((change) => (
            <Tag key={change} color={COLOR[pair.mark]}>
              {change}
            </Tag>
          ))}
        </td>
      </tr>
      {pair.conditions.map((each, place) => (
        <ConditionRow key={place} pair={each} />
      ))}
    </tbody>
  );
}

function ConditionRow({ pair }: { pair: ConditionPair }) {
  const { t } = useTranslation();
  const changes = pair.mark === 'changed' && pair.before && pair.after ? conditionChanges(pair.before, pair.after, t) : [];
  return (
    <tr>
      <ConditionCell condition={pair.before} mark={pair.mark === 'added' ? 'same' : pair.mark} changes={[]} />
      <ConditionCell condition={pair.after} mark={pair.mark === 'removed' ? 'same' : pair.mark} changes={changes} />
    </tr>
  );
}

function ConditionCell({ condition, mark, changes }: { condition: RuleCondition | undefined; mark: Mark; changes: string[] }) {
  const { t } = useTranslation();
  if (condition === undefined) {
    return (
      <td>
        <span className="db-muted">—</span>
      </td>
    );
  }
  return (
    <td className={`db-diff-${mark}`}>
      {mark !== 'same' && <Tag color={COLOR[mark]}>{t(`rules.compare.mark.${mark}`)}</Tag>}
      <ConditionTree condition={condition} />
      {changes.length > 0 && <p className="db-rule-changes">{changes.join(' · ')}</p>}
    </td>
  );
}
