import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import type { StepProblems, TypedStep } from '../model/steps';
import { OPERATIONS } from '../model/steps';

type Props = {
  step: TypedStep;
  /** Its place, from 1. */
  n: number;
  isLast: boolean;
  /** What is wrong with it, once that is to be told. */
  problems: StepProblems;
  onChange: (change: Partial<TypedStep>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
};

/** A step of a repair: what is done, where, and what it needs. */
export function StepFields({ step, n, isLast, problems, onChange, onMove, onRemove }: Props) {
  const { t } = useTranslation();
  const wrong = (name: keyof StepProblems) => problems[name] && t(`rejects.replay.problem.${problems[name]}`);
  return (
    <li className="db-file db-stack" aria-label={t('rejects.replay.step', { n })}>
      <div className="db-file-head">
        <b className="db-figure">{n}</b>
        <Select
          className="db-replay-op"
          aria-label={`${t('rejects.replay.step', { n })}: ${t('rejects.replay.op')}`}
          value={step.op}
          options={OPERATIONS.map((op) => ({ value: op, label: t(`rejects.replay.ops.${op}`) }))}
          onChange={(op) => onChange({ op })}
        />
        <span className="db-replay-space" />
        <Button icon={<ArrowUpOutlined />} aria-label={t('rejects.replay.up', { n })} disabled={n === 1} onClick={() => onMove(-1)} />
        <Button icon={<ArrowDownOutlined />} aria-label={t('rejects.replay.down', { n })} disabled={isLast} onClick={() => onMove(1)} />
        <Button icon={<DeleteOutlined />} aria-label={t('rejects.replay.remove', { n })} onClick={onRemove} />
      </div>
      <div className="db-replay-fields">
        <Field label={t('rejects.replay.path')} hint="/properties/total" value={step.path} problem={wrong('path')} onValue={(path) => onChange({ path })} />
        {step.op === 'move' && <Field label={t('rejects.replay.to')} hint="/userId" value={step.to} problem={wrong('to')} onValue={(to) => onChange({ to })} />}
        {step.op === 'set' && <Field label={t('rejects.replay.value')} hint={t('rejects.replay.value_hint')} value={step.value} onValue={(value) => onChange({ value })} />}
        {step.op === 'replace' && (
          <>
            <Field label={t('rejects.replay.find')} hint="," value={step.find} problem={wrong('find')} onValue={(find) => onChange({ find })} />
            <Field label={t('rejects.replay.with')} hint={t('rejects.replay.with_hint')} value={step.with} onValue={(text) => onChange({ with: text })} />
          </>
        )}
      </div>
    </li>
  );
}

type FieldProps = { label: string; hint: string; value: string; problem?: string | undefined; onValue: (value: string) => void };

function Field({ label, hint, value, problem, onValue }: FieldProps) {
  const id = useId();
  return (
    <div className="db-replay-field">
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        autoComplete="off"
        spellCheck={false}
        className="db-replay-code"
        placeholder={hint}
        value={value}
        {...(problem === undefined ? {} : { status: 'error' as const, 'aria-invalid': true, 'aria-describedby': `${id}-wrong` })}
        onChange={(event) => onValue(event.target.value)}
      />
      {problem !== undefined && (
        <span id={`${id}-wrong`} className="db-replay-wrong">
          {problem}
        </span>
      )}
    </div>
  );
}
