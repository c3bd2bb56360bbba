import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Select } from 'antd';
import { useTranslation } from 'react-i18next';

import type { RuleCondition } from '@/api/types';

import type { ConditionKind } from '../model/condition';
import { freshCondition, told } from '../model/condition';
import type { Place } from '../model/edit';
import type { ConditionNode } from '../model/toml';
import { EventFields } from './EventFields';

/** What may be done to conditions, wherever they are nested. */
export type ConditionActions = {
  set: (place: Place, condition: RuleCondition) => void;
  add: (place: Place, condition: RuleCondition) => void;
  remove: (place: Place) => void;
};

type Props = { code: string; place: Place; nodes: ConditionNode[]; actions: ConditionActions };

const KINDS: ConditionKind[] = ['events', 'state', 'all', 'any'];
/** Conditions may nest this deep. */
const DEEPEST = 8;

/** The conditions of a list, and how to add one. */
export function ConditionForms({ code, place, nodes, actions }: Props) {
  const { t } = useTranslation();
  const number = place.path.map((step) => step + 1).join('.');
  const isNested = place.path.length > 0;
  const kinds = place.path.length + 1 < DEEPEST ? KINDS : KINDS.slice(0, 2);
  return (
    <div className="db-rule-conditions">
      {nodes.map((node, step) => (
        <ConditionForm key={step} code={code} place={{ ...place, path: [...place.path, step] }} node={node} actions={actions} />
      ))}
      <Dropdown
        trigger={['click']}
        menu={{ items: kinds.map((kind) => ({ key: kind, label: t(`rules.edit.add_kind.${kind}`), onClick: () => actions.add(place, freshCondition(kind)) })) }}
      >
        <Button size="small" icon={<PlusOutlined />} aria-label={isNested ? t('rules.edit.add_to', { place: `${code} ${number}` }) : `${code}: ${t('rules.edit.add_condition')}`}>
          {t('rules.edit.add_condition')}
        </Button>
      </Dropdown>
    </div>
  );
}

function ConditionForm({ code, place, node, actions }: { code: string; place: Place; node: ConditionNode; actions: ConditionActions }) {
  const { t } = useTranslation();
  const given = told(node.condition);
  const number = place.path.map((step) => step + 1).join('.');
  const name = t('rules.edit.condition', { code, place: number });
  return (
    <fieldset className="db-rule-condition">
      <legend>
        <span>
          {name}
          {given.kind === 'all' && ` · ${t('rules.all_of')}`}
          {given.kind === 'any' && ` · ${t('rules.one_of')}`}
        </span>
        <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('rules.edit.remove_condition', { place: `${code} ${number}` })} onClick={() => actions.remove(place)} />
      </legend>
      {given.kind === 'events' && <EventFields name={name} events={given.events} onChange={(events) => actions.set(place, events)} />}
      {given.kind === 'state' && (
        <Select
          aria-label={`${name}: ${t('rules.edit.state')}`}
          value={given.state}
          options={[
            { value: 'member', label: t('rules.words.member') },
            { value: 'fan', label: t('rules.words.fan') },
          ]}
          onChange={(state) => actions.set(place, { state })}
        />
      )}
      {(given.kind === 'all' || given.kind === 'any') && <ConditionForms code={code} place={place} nodes={node.list?.conditions ?? []} actions={actions} />}
    </fieldset>
  );
}
