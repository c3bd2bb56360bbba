import { useTranslation } from 'react-i18next';

import type { RuleCondition } from '@/api/types';

import { told } from '../model/condition';
import { conditionParts } from '../model/words';

/** A condition in words; a group as a list of its own. */
export function ConditionTree({ condition }: { condition: RuleCondition }) {
  const { t } = useTranslation();
  const given = told(condition);
  if (given.kind === 'all' || given.kind === 'any') {
    return (
      <>
        {given.kind === 'all' ? t('rules.all_of') : t('rules.one_of')}
        <ConditionList conditions={given.conditions} />
      </>
    );
  }
  return conditionParts(condition, t).map((part, place) => (part.kind === 'code' ? <code key={place}>{part.text}</code> : <span key={place}>{part.text}</span>));
}

export function ConditionList({ conditions }: { conditions: RuleCondition[] }) {
  return (
    <ul className="db-rule-list">
      {conditions.map((condition, place) => (
        <li key={place}>
          <ConditionTree condition={condition} />
        </li>
      ))}
    </ul>
  );
}
