import { BulbOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Select } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { ErrorState } from '@/components/feedback/ErrorState';

import { mappingsQuery, suggestMapping } from '../api/mappings';
import type { MappingProblem } from '../model/error-place';
import { SaveMapping } from './SaveMapping';

const CodeEditor = lazy(async () => ({ default: (await import('@/components/form/CodeEditor')).CodeEditor }));

type Props = {
  brand: string;
  uploads: string[];
  text: string;
  onText: (text: string) => void;
  problem: MappingProblem | undefined;
};

/** A mapping: chosen, suggested from the files, or written; saved under a name. */
export function MappingStep({ brand, uploads, text, onText, problem }: Props) {
  const { t } = useTranslation();
  const mappings = useQuery(mappingsQuery(brand));
  const [chosen, setChosen] = useState<string>();
  const [goTo, setGoTo] = useState<{ line: number }>();
  const suggest = useMutation({
    mutationFn: () => suggestMapping(brand, uploads),
    onSuccess: (suggestion) => {
      setChosen(undefined);
      onText(suggestion.text);
    },
  });
  const options = (isBuiltIn: boolean) => (mappings.data ?? []).filter((each) => each.built_in === isBuiltIn).map((each) => ({ value: each.name, label: each.name }));
  const line = problem?.line;
  return (
    <>
      <div className="db-filters">
        <Select
          className="db-mapping-choice"
          aria-label={t('imports.mapping.choose')}
          placeholder={t('imports.mapping.placeholder')}
          showSearch
          loading={mappings.isPending}
          value={chosen ?? null}
          options={[
            { label: t('imports.mapping.saved'), options: options(false) },
            { label: t('imports.mapping.built_in'), options: options(true) },
          ].filter((group) => group.options.length > 0)}
          onChange={(name) => {
            setChosen(name ?? undefined);
            const mapping = mappings.data?.find((each) => each.name === name);
            if (mapping !== undefined) onText(mapping.text);
            suggest.reset();
          }}
        />
        <Button
          icon={<BulbOutlined />}
          disabled={uploads.length === 0}
          title={uploads.length === 0 ? t('imports.mapping.suggest_first') : undefined}
          loading={suggest.isPending}
          onClick={() => suggest.mutate()}
        >
          {t('imports.mapping.suggest')}
        </Button>
      </div>
      {mappings.error !== null && <ErrorState error={mappings.error} onRetry={() => void mappings.refetch()} />}
      {suggest.error !== null && <ErrorState error={suggest.error} action="imports.write" />}
      {suggest.data !== undefined && suggest.data.notes.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t('imports.mapping.notes')}
          description={
            <ul className="db-plain-list">
              {suggest.data.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          }
        />
      )}
      {text === '' && <p className="db-muted">{t('imports.mapping.start')}</p>}
      <Suspense fallback={<PageSkeleton what={t('imports.mapping.editor_loading')} />}>
        <CodeEditor label={t('imports.mapping.editor')} value={text} onChange={onText} errorLine={line} goTo={goTo} />
      </Suspense>
      {problem !== undefined && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={line === undefined ? problem.message : t('imports.mapping.error_at', { line, message: problem.message })}
          action={
            line !== undefined && (
              <Button size="small" onClick={() => setGoTo({ line })}>
                {t('imports.mapping.go_to_line', { line })}
              </Button>
            )
          }
        />
      )}
      <SaveMapping brand={brand} text={text} chosen={mappings.data?.find((each) => each.name === chosen && !each.built_in)?.name} onSaved={setChosen} />
    </>
  );
}
