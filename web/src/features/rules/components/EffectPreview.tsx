import { useMutation } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';

import { cancelJob, isActive } from '@/api/queries/jobs';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSection } from '@/components/layout/QuestionPage';
import { RunPanel } from '@/components/layout/RunPanel';
import { useAsOf, useBrandSlug } from '@/hooks/use-brand';
import { useLanguage } from '@/hooks/use-format';
import { useJob } from '@/hooks/use-job';
import { useStageNames } from '@/hooks/use-stages';

import { previewRules } from '../api/rules';
import { stageName } from '../model/condition';
import { effectOf } from '../model/effect';
import { readRules, ruleSetOf } from '../model/toml';
import { EffectReport } from './EffectReport';

/** A preview that was asked for, and the text that it is about. */
export type Asked = { job: string; text: string };

type Props = { text: string; isValid: boolean; asked: Asked | undefined; onAsked: (asked: Asked) => void };

/** What the edited rules would do to the brand's consumers, before anything is saved. */
export function EffectPreview({ text, isValid, asked, onAsked }: Props) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const { day } = useAsOf();
  const job = useJob(brand, asked?.job);
  const start = useMutation({
    mutationFn: () => previewRules(brand, { text, as_of: day }),
    onSuccess: (started) => onAsked({ job: started.id, text }),
  });
  const stop = useMutation({ mutationFn: (id: string) => cancelJob(brand, id) });
  const effect = effectOf(job.data);
  const nameBefore = useStageNames(effect?.before.rule_set);
  const nameAfter = useNamesOf(asked?.text ?? text, nameBefore);
  const isRunning = job.data !== undefined && isActive(job.data);
  return (
    <PageSection
      title={t('rules.preview.title')}
      extra={
        <Button loading={start.isPending} disabled={!isValid || isRunning} title={isValid ? undefined : t('rules.preview.need_valid')} onClick={() => start.mutate()}>
          {asked === undefined ? t('rules.preview.start') : t('rules.preview.again')}
        </Button>
      }
    >
      <div className="db-page">
        <p className="db-muted">{t('rules.preview.hint', { day })}</p>
        {start.error !== null && <ErrorState error={start.error} />}
        {job.error !== null && <ErrorState error={job.error} onRetry={() => void job.refetch()} />}
        {asked !== undefined && asked.text !== text && <Alert type="warning" showIcon title={t('rules.preview.stale')} />}
        {job.data !== undefined && effect === undefined && (
          <>
            <RunPanel job={job.data} onStop={() => stop.mutate(job.data.id)} isStopping={stop.isPending} />
            {!isActive(job.data) && <p>{t('rules.preview.failed')}</p>}
          </>
        )}
        {effect !== undefined && <EffectReport effect={effect} nameBefore={nameBefore} nameAfter={nameAfter} />}
      </div>
    </PageSection>
  );
}

/** Names of the stages that a text defines. */
function useNamesOf(text: string, otherwise: (code: string) => string): (code: string) => string {
  const language = useLanguage();
  const reading = readRules(text);
  const stages = reading.ok ? ruleSetOf(reading.rules).stages : [];
  return (code) => {
    const stage = stages.find((each) => each.code === code);
    return stage === undefined ? otherwise(code) : stageName(stage, language);
  };
}
