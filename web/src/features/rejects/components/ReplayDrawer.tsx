import '../rejects.css';

import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RejectFilter } from '@/api/queries/rejects';
import { replayRejects } from '@/api/queries/rejects';
import type { ReplayQuestion } from '@/api/types';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { useRejectWords } from '@/components/transfer/RejectReason';
import { useFormat } from '@/hooks/use-format';

import type { TypedStep } from '../model/steps';
import { MOST_STEPS, moved, problemsOf, stepsOf, typedStep } from '../model/steps';
import { Replayed } from './Replayed';
import { StepFields } from './StepFields';

/** Which refused events are meant, and the steps to begin with. */
export type Replay = { filter: RejectFilter; suggested: TypedStep[] };

type Props = { brand: string; replay: Replay | undefined; onClose: () => void };

/** Refused events are repaired by rule and read again: first tried, then done. */
export function ReplayDrawer({ brand, replay, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer open={replay !== undefined} onClose={onClose} size="large" title={t('rejects.replay.title')} destroyOnHidden>
      {replay && <Panel brand={brand} replay={replay} />}
    </Drawer>
  );
}

function Panel({ brand, replay: { filter, suggested } }: { brand: string; replay: Replay }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const [steps, setSteps] = useState(suggested);
  const [nextKey, setNextKey] = useState(suggested.length);
  const [isChecked, setIsChecked] = useState(false);
  const acts = useRef<HTMLDivElement>(null);
  const asked = useMutation({
    mutationFn: (question: ReplayQuestion) => replayRejects(brand, question),
    onSuccess: (_, { dry_run: isTrial }) => {
      acts.current?.scrollIntoView();
      // What was accepted changes every number of the brand.
      if (isTrial !== true) void queryClient.invalidateQueries({ queryKey: ['brands', brand] });
    },
  });
  const { code, source, q } = filter;
  const question: ReplayQuestion = { ...(code ? { code } : {}), ...(source ? { source } : {}), ...(q ? { q } : {}), steps: stepsOf(steps) };
  const isWrong = steps.some((step) => Object.keys(problemsOf(step)).length > 0);
  const isTrial = asked.variables?.dry_run === true;
  const leaving = asked.data === undefined ? 0 : asked.data.accepted + asked.data.duplicate + asked.data.suppressed;
  const next = asked.data?.next;
  function change(changed: TypedStep[]) {
    setSteps(changed);
    // What was tried was something else.
    asked.reset();
  }
  /** Tries those after one, or the first. */
  function attempt(after?: string) {
    setIsChecked(true);
    if (!isWrong) asked.mutate({ ...question, ...(after === undefined ? {} : { after }), dry_run: true });
  }
  function confirm(read: number, rejected: number) {
    void modal.confirm({
      title: t('rejects.replay.confirm', { n: format.exact(read) }),
      content: t('rejects.replay.confirm_hint', { leaving: format.exact(leaving), rejected: format.exact(rejected) }),
      okText: t('rejects.replay.do'),
      cancelText: t('common.cancel'),
      // Stays open while they are read; what went wrong is told in the drawer.
      // The same that were tried.
      onOk: () => asked.mutateAsync({ ...question, after: asked.variables?.after, dry_run: false }).then(
        () => undefined,
        () => undefined,
      ),
    });
  }
  return (
    <div className="db-stack">
      <p className="db-muted">{t('rejects.replay.intro')}</p>
      <Meant filter={filter} />
      <h2 className="db-subhead">{t('rejects.replay.steps')}</h2>
      {suggested.length > 0 && <p className="db-muted">{t('rejects.replay.suggested')}</p>}
      {steps.length === 0 ? (
        <p>{t('rejects.replay.no_steps')}</p>
      ) : (
        <ol className="db-replay-steps" aria-label={t('rejects.replay.steps')}>
          {steps.map((step, place) => (
            <StepFields
              key={step.key}
              step={step}
              n={place + 1}
              isLast={place === steps.length - 1}
              problems={isChecked ? problemsOf(step) : {}}
              onChange={(changed) => change(steps.map((each) => (each.key === step.key ? { ...each, ...changed } : each)))}
              onMove={(by) => change(moved(steps, place, by))}
              onRemove={() => change(steps.filter((each) => each.key !== step.key))}
            />
          ))}
        </ol>
      )}
      <Button
        icon={<PlusOutlined />}
        disabled={steps.length >= MOST_STEPS}
        onClick={() => {
          setIsChecked(false);
          setNextKey(nextKey + 1);
          change([...steps, typedStep(nextKey)]);
        }}
      >
        {t('rejects.replay.add')}
      </Button>
      {steps.length > 0 && <p className="db-muted">{t('rejects.replay.path_hint')}</p>}
      <div ref={acts} className="db-replay-acts">
        <Button type={asked.data === undefined ? 'primary' : 'default'} loading={asked.isPending && isTrial} disabled={asked.isPending && !isTrial} onClick={() => attempt()}>
          {t('rejects.replay.try')}
        </Button>
        <Button type={isTrial && leaving > 0 ? 'primary' : 'default'} disabled={!isTrial || leaving === 0 || asked.isPending} onClick={() => asked.data && confirm(asked.data.read, asked.data.rejected)}>
          {t('rejects.replay.do')}
        </Button>
        {asked.data === undefined && !asked.isPending && <span className="db-muted">{t('rejects.replay.try_first')}</span>}
      </div>
      {asked.isPending && <PageSkeleton what={t('rejects.replay.what')} rows={4} />}
      {asked.error !== null && <ErrorState error={asked.error} action="imports.write" />}
      {asked.data !== undefined && <Replayed replayed={asked.data} isTrial={isTrial} />}
      {next != null && <Button onClick={() => attempt(next)}>{t('rejects.replay.go_on')}</Button>}
    </div>
  );
}

/** Which events are meant: the filter that the page has. */
function Meant({ filter: { code, source, q } }: { filter: RejectFilter }) {
  const { t } = useTranslation();
  const wordsOf = useRejectWords();
  const named: [string, string | undefined][] = [
    [t('rejects.filter.code'), code && wordsOf(code).name],
    [t('rejects.filter.source'), source],
    [t('rejects.filter.q'), q],
  ];
  const set = named.filter(([, value]) => value);
  return (
    <p>
      {set.length === 0 ? t('rejects.replay.all') : t('rejects.replay.filtered')}{' '}
      {set.map(([name, value], place) => (
        <span key={name}>
          {place > 0 && ' · '}
          {name} <b>{value}</b>
        </span>
      ))}
    </p>
  );
}
