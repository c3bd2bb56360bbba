import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Modal } from 'antd';
import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { brandsQuery } from '@/api/queries/brands';
import { cancelJob, isActive, jobsKey } from '@/api/queries/jobs';
import type { Job } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { RunPanel } from '@/components/layout/RunPanel';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';
import { useAttemptKey } from '@/hooks/use-attempt-key';
import { useBrandSlug } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';
import { useJob } from '@/hooks/use-job';

import { createRules } from '../api/rules';

type Props = { name: string; text: string; isValid: boolean; isPreviewed: boolean; onSaved: () => void };

/** Saves the text as a new version and switches the brand to it, after saying what will happen. */
export function SaveSwitch({ name, text, isValid, isPreviewed, onSaved }: Props) {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const queryClient = useQueryClient();
  const attempt = useAttemptKey();
  const [isAsking, setIsAsking] = useState(false);
  const [id, setId] = useState<string>();
  const job = useJob(brand, id).data;
  const save = useMutation({
    mutationFn: () => createRules(brand, text, attempt.keyFor(text)),
    onSuccess: (started) => {
      attempt.succeeded();
      setIsAsking(false);
      setId(started.id);
      void queryClient.invalidateQueries({ queryKey: jobsKey(brand) });
    },
  });
  const stop = useMutation({ mutationFn: (running: string) => cancelJob(brand, running) });
  const ended = useEffectEvent(() => {
    // Every number of the brand is of another rule version now.
    void queryClient.invalidateQueries({ queryKey: ['brands', brand] });
    void queryClient.invalidateQueries({ queryKey: brandsQuery.queryKey });
    onSaved();
  });
  const isDone = job?.status === 'done';
  useEffect(() => {
    if (isDone) ended();
  }, [isDone]);
  const isRunning = job !== undefined && isActive(job);
  return (
    <>
      <Button type="primary" disabled={!isValid || isRunning} title={isValid ? undefined : t('rules.save.need_valid')} onClick={() => setIsAsking(true)}>
        {t('rules.save.button')}
      </Button>
      <Modal
        open={isAsking}
        title={t('rules.save.confirm_title', { name })}
        okText={t('rules.save.confirm')}
        cancelText={t('common.cancel')}
        confirmLoading={save.isPending}
        onOk={() => save.mutate()}
        onCancel={() => setIsAsking(false)}
      >
        <div className="db-page">
          {!isPreviewed && <Alert type="warning" showIcon title={t('rules.save.confirm_not_previewed')} />}
          <div>
            <p>{t('rules.save.confirm_what')}</p>
            <ol className="db-rule-list">
              <li>{t('rules.save.confirm_build')}</li>
              <li>{t('rules.save.confirm_switch')}</li>
              <li>{t('rules.save.confirm_trend')}</li>
              <li>{t('rules.save.confirm_keep')}</li>
            </ol>
          </div>
          {save.error !== null && <ErrorState error={save.error} />}
        </div>
      </Modal>
      {job !== undefined && <SwitchRun job={job} onStop={() => stop.mutate(job.id)} isStopping={stop.isPending} />}
    </>
  );
}

function SwitchRun({ job, onStop, isStopping }: { job: Job; onStop: () => void; isStopping: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const brand = useBrandSlug();
  const address = useAddress();
  if (job.status !== 'done') {
    return (
      <div className="db-section db-switch-run">
        {!isActive(job) && <Alert type="error" showIcon role="alert" title={t('rules.save.failed')} />}
        <RunPanel job={job} onStop={onStop} isStopping={isStopping} />
      </div>
    );
  }
  const saved = String(job.result?.['rule_set'] ?? '');
  const [name = '', version = ''] = saved.split('@');
  const count = (key: string) => {
    const value = job.result?.[key];
    return format.exact(typeof value === 'number' ? value : undefined);
  };
  return (
    <Alert
      type="success"
      showIcon
      role="status"
      className="db-switch-run"
      title={t('rules.save.done', { rule_set: saved, events: count('events'), rows: count('rows') })}
      action={/^\d+$/.test(version) && <Link to={address(paths.rulesVersion(brand, name, Number(version)))}>{t('rules.save.open')}</Link>}
    />
  );
}
