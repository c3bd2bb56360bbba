import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { FlowDocument } from '@/api/types';
import { EmptyState } from '@/components/feedback/EmptyState';
import { QueryState } from '@/components/feedback/QueryState';
import { PageSection, QuestionPage } from '@/components/layout/QuestionPage';
import type { FlowQuestion } from '@/features/flow/api/flow';
import { flowQuery } from '@/features/flow/api/flow';
import { CellDrawer } from '@/features/flow/components/CellDrawer';
import { FlowAnswer } from '@/features/flow/components/FlowAnswer';
import { FlowFilters } from '@/features/flow/components/FlowFilters';
import { FlowMatrix } from '@/features/flow/components/FlowMatrix';
import { FlowSankey } from '@/features/flow/components/FlowSankey';
import { Selections } from '@/features/flow/components/Selections';
import { codesOf, matrixOf } from '@/features/flow/model/matrix';
import type { FlowParameters } from '@/features/flow/model/parameters';
import { flowParameters } from '@/features/flow/model/parameters';
import { useSetParameters } from '@/hooks/use-address';
import { useAsOf, useBrandSlug, useRules } from '@/hooks/use-brand';
import { useStageCodes, useStageNames } from '@/hooks/use-stages';
import { addDays } from '@/lib/days';

/** Who moved from which stage to which between two days. */
export function Component() {
  const { t } = useTranslation();
  const brand = useBrandSlug();
  const { day } = useAsOf();
  const rules = useRules();
  const [search] = useSearchParams();
  const parameters = flowParameters(search, day);
  const question: FlowQuestion = { brand, from: parameters.from, to: parameters.to, rules };
  const flow = useQuery(flowQuery(question));
  return (
    <QuestionPage title={t('flow.title')} question={t('flow.question')} filters={<FlowFilters parameters={parameters} />}>
      <QueryState query={flow} what={t('flow.what')} action="assets.read">
        {(document) => <FlowReport document={document} question={question} parameters={parameters} />}
      </QueryState>
    </QuestionPage>
  );
}

function FlowReport({ document, question, parameters }: { document: FlowDocument; question: FlowQuestion; parameters: FlowParameters }) {
  const { t } = useTranslation();
  const setParameters = useSetParameters();
  const nameOf = useStageNames(document.rule_set);
  const known = useStageCodes(document.rule_set);
  const before = useQuery(flowQuery({ ...question, from: addDays(parameters.from, -parameters.days), to: parameters.from }));
  const matrix = useMemo(() => matrixOf(document, codesOf(document, known)), [document, known]);
  const rateBefore = before.data === undefined || before.isPlaceholderData ? undefined : matrixOf(before.data, matrix.codes).deepeningRate;
  const open = parameters.cell && matrix.rows.flatMap((row) => row.cells).find((cell) => cell?.from === parameters.cell?.from && cell?.to === parameters.cell?.to);
  const show = (cell: { from: string; to: string } | undefined) => setParameters({ cell: cell && `${cell.from}-${cell.to}` });
  return (
    <div className="db-page">
      {document.cells.length === 0 ? (
        <EmptyState hint={t('flow.empty')} />
      ) : (
        <>
          <FlowAnswer document={document} matrix={matrix} rateBefore={rateBefore} nameOf={nameOf} />
          <PageSection title={parameters.view === 'matrix' ? t('flow.matrix') : t('flow.sankey')}>
            {parameters.view === 'matrix' ? (
              <>
                <FlowMatrix matrix={matrix} nameOf={nameOf} onOpen={show} />
                <p className="db-muted">{t('flow.hint')}</p>
              </>
            ) : (
              <FlowSankey matrix={matrix} nameOf={nameOf} onOpen={show} fileName={`flow-${document.brand}-${document.from}-${document.to}`} />
            )}
          </PageSection>
          <p className="db-muted">
            {t('common.rule_set')} {document.rule_set}
          </p>
        </>
      )}
      <Selections nameOf={nameOf} />
      <CellDrawer cell={open} matrix={matrix} question={question} nameOf={nameOf} onClose={() => show(undefined)} />
    </div>
  );
}
