import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select, Space } from 'antd';
import { useTranslation } from 'react-i18next';

import { useThemeMode } from '@/hooks/use-theme-mode';
import { stageColor } from '@/lib/stages';

import { addCondition, addStage, moveStage, removeCondition, removeStage, setCode, setCondition, setListKind, setName, setStageName } from '../model/edit';
import type { RuleText } from '../model/toml';
import type { ConditionActions } from './ConditionForm';
import { ConditionForms } from './ConditionForm';

type Props = { text: string; rules: RuleText; onChange: (text: string) => void };

/** A rule set as fields. Every change is one to the text, which keeps all else that it says. */
export function RuleForm({ text, rules, onChange }: Props) {
  const { t } = useTranslation();
  const source = { text, rules };
  return (
    <div className="db-rule-form">
      <label className="db-rule-field">
        {t('rules.edit.name')}
        <Input value={rules.name} maxLength={40} onChange={(event) => onChange(setName(source, event.target.value))} />
      </label>
      {rules.stages.length === 0 && (
        <Button icon={<PlusOutlined />} onClick={() => onChange(addStage(source, -1))}>
          {t('rules.edit.add_first_stage')}
        </Button>
      )}
      {rules.stages.map((_, place) => (
        <StageForm key={place} text={text} rules={rules} place={place} onChange={onChange} />
      ))}
    </div>
  );
}

function StageForm({ text, rules, place, onChange }: Props & { place: number }) {
  const { t } = useTranslation();
  const { scheme } = useThemeMode();
  const stage = rules.stages[place];
  if (stage === undefined) return null;
  const source = { text, rules };
  const { code } = stage;
  const color = stageColor(code, rules.stages.map((each) => each.code).reverse(), scheme);
  const actions: ConditionActions = {
    set: (at, condition) => onChange(setCondition(source, at, condition)),
    add: (at, condition) => onChange(addCondition(source, at, condition)),
    remove: (at) => onChange(removeCondition(source, at)),
  };
  return (
    <section aria-label={t('rules.edit.stage', { code })} className="db-rule-stage" style={{ borderColor: color.stroke }}>
      <div className="db-rule-fields">
        <label className="db-rule-field">
          {t('rules.edit.code')}
          <Input value={code} maxLength={8} style={{ width: 80 }} onChange={(event) => onChange(setCode(source, place, event.target.value.toUpperCase()))} />
        </label>
        <label className="db-rule-field">
          {t('rules.edit.name_zh')}
          <Input value={stage.name.zh} style={{ width: 112 }} onChange={(event) => onChange(setStageName(source, place, 'zh', event.target.value))} />
        </label>
        <label className="db-rule-field">
          {t('rules.edit.name_en')}
          <Input value={stage.name.en} style={{ width: 128 }} onChange={(event) => onChange(setStageName(source, place, 'en', event.target.value))} />
        </label>
        <Space.Compact>
          <Button icon={<ArrowUpOutlined />} disabled={place === 0} aria-label={t('rules.edit.move_up', { code })} onClick={() => onChange(moveStage(source, place, -1))} />
          <Button
            icon={<ArrowDownOutlined />}
            disabled={place === rules.stages.length - 1}
            aria-label={t('rules.edit.move_down', { code })}
            onClick={() => onChange(moveStage(source, place, 1))}
          />
          <Button icon={<DeleteOutlined />} aria-label={t('rules.edit.remove_stage', { code })} onClick={() => onChange(removeStage(source, place))} />
        </Space.Compact>
      </div>
      {(stage.lists.length === 0 ? [undefined] : stage.lists).map((list, at) => (
        <div key={at}>
          {list !== undefined && (
            <Select
              size="small"
              variant="borderless"
              aria-label={t('rules.edit.list_label', { code })}
              value={list.kind}
              disabled={stage.lists.length > 1}
              options={(['any', 'all'] as const).map((value) => ({ value, label: t(`rules.edit.list.${value}`) }))}
              onChange={(kind) => onChange(setListKind(source, place, at, kind))}
            />
          )}
          <ConditionForms code={code} place={{ stage: place, list: at, path: [] }} nodes={list?.conditions ?? []} actions={actions} />
        </div>
      ))}
      <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={() => onChange(addStage(source, place))}>
        {t('rules.edit.add_stage', { code })}
      </Button>
    </section>
  );
}
