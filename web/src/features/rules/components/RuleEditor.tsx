import '../rules.css';

import { RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RulesVersion } from '@/api/types';
import { PageSection } from '@/components/layout/QuestionPage';
import { useBrandSlug } from '@/hooks/use-brand';
import { useDebounced } from '@/hooks/use-debounced';
import { useStored } from '@/hooks/use-stored';

import { checkQuery } from '../api/rules';
import { readRules, ruleSetOf } from '../model/toml';
import { CheckPanel } from './CheckPanel';
import type { Asked } from './EffectPreview';
import { EffectPreview } from './EffectPreview';
import { RuleForm } from './RuleForm';
import { SaveSwitch } from './SaveSwitch';
import { StageRules } from './StageRules';
import { useRuleDraft } from './use-rule-draft';

const CodeEditor = lazy(async () => ({ default: (await import('@/components/form/CodeEditor')).CodeEditor }));
const REST_MS = 400;

const readAsked = (value: unknown): Asked | undefined =>
  typeof value === 'object' && value !== null && 'job' in value && 'text' in value ? { job: String(value.job), text: String(value.text) } : undefined;

/** A version edited into a new one: fields and text in step, checked while typing, previewed, saved. */
export function RuleEditor({ version }: { version: RulesVersion }) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const key = `databank.rules.${brand}.${version.name}@${version.version}`;
  const draft = useRuleDraft(`${key}.text`, version.text);
  const [asked, setAsked] = useStored(`${key}.preview`, readAsked);
  const [goTo, setGoTo] = useState<{ line: number }>();
  const rested = useDebounced(draft.text, REST_MS);
  const check = useQuery(checkQuery(brand, rested));
  const reading = readRules(draft.text);
  const isChecking = rested !== draft.text || check.isFetching;
  const isValid = !isChecking && check.data?.ok === true;
  const serverLines = check.data?.ok === false && !isChecking ? check.data.problems.flatMap((problem) => problem.line ?? []) : [];
  const errorLine = reading.ok ? serverLines : [reading.line];
  return (
    <div className="db-page">
      {draft.isRestored && (
        <Alert
          type="info"
          showIcon
          title={t('rules.edit.restored')}
          action={
            <Button size="small" onClick={draft.discard}>
              {t('rules.edit.discard')}
            </Button>
          }
        />
      )}
      <div className="db-rule-editor">
        <PageSection
          title={t('rules.edit.form')}
          extra={
            <Space.Compact>
              <Button icon={<UndoOutlined />} disabled={draft.undo === undefined} onClick={draft.undo} aria-label={t('rules.edit.undo')} />
              <Button icon={<RedoOutlined />} disabled={draft.redo === undefined} onClick={draft.redo} aria-label={t('rules.edit.redo')} />
            </Space.Compact>
          }
        >
          {reading.ok ? (
            <RuleForm text={draft.text} rules={reading.rules} onChange={draft.change} />
          ) : (
            <Alert type="warning" showIcon title={t('rules.edit.broken')} description={`${t('rules.check.go', { line: reading.line })}: ${reading.message}`} />
          )}
        </PageSection>
        <div className="db-page db-rule-text-column">
          <PageSection title={t('rules.edit.text')}>
            <Suspense fallback={<Skeleton active paragraph={{ rows: 12 }} />}>
              <CodeEditor label={t('rules.edit.text')} value={draft.text} onChange={draft.change} errorLine={errorLine} goTo={goTo} />
            </Suspense>
          </PageSection>
          <CheckPanel checked={check.data} error={check.error} isChecking={isChecking} onGo={(line) => setGoTo({ line })} onRetry={() => void check.refetch()} />
        </div>
      </div>
      {reading.ok && (
        <PageSection title={t('rules.words.title')}>
          <StageRules rules={ruleSetOf(reading.rules)} />
        </PageSection>
      )}
      <EffectPreview text={draft.text} isValid={isValid} asked={asked} onAsked={setAsked} />
      <div className="db-page-head-actions">
        <span className="db-muted">{draft.isChanged ? '' : t('rules.edit.unchanged')}</span>
        <SaveSwitch
          name={reading.ok ? reading.rules.name : version.name}
          text={draft.text}
          isValid={isValid && (draft.isChanged || !version.active)}
          isPreviewed={asked?.text === draft.text}
          onSaved={() => {
            setAsked(undefined);
            draft.discard();
          }}
        />
      </div>
    </div>
  );
}
