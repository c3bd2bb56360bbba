import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

import { ForbiddenState } from '@/components/feedback/ForbiddenState';
import { QueryState } from '@/components/feedback/QueryState';
import { Answer } from '@/components/layout/QuestionPage';
import { Figure } from '@/components/ui/Figure';
import { StageTag } from '@/components/ui/StageTag';
import { useMay } from '@/hooks/use-brand';
import { useFormat } from '@/hooks/use-format';

import type { FlowQuestion } from '../api/flow';
import { flowPeopleQuery } from '../api/flow';
import type { Matrix, MatrixCell } from '../model/matrix';
import { KeepForm } from './KeepForm';
import { PeopleTable } from './PeopleTable';

type Props = { cell: MatrixCell | undefined; matrix: Matrix; question: FlowQuestion; nameOf: (code: string) => string; onClose: () => void };

/** The people behind a cell: how many, some of them, and a way to keep them. */
export function CellDrawer({ cell, matrix, question, nameOf, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={cell !== undefined}
      onClose={onClose}
      size={800}
      title={cell && t('flow.cell', { from: nameOf(cell.from), to: nameOf(cell.to) })}
      destroyOnHidden
    >
      {cell && <CellPeople key={`${cell.from}-${cell.to}`} cell={cell} matrix={matrix} question={question} nameOf={nameOf} />}
    </Drawer>
  );
}

function CellPeople({ cell, matrix, question, nameOf }: Omit<Props, 'onClose'> & { cell: MatrixCell }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayRead = useMay('consumers.read');
  const people = useQuery({ ...flowPeopleQuery(question, cell), enabled: mayRead });
  return (
    <div className="db-page">
      <div>
        <StageTag code={cell.from} name={nameOf(cell.from)} codes={matrix.codes} /> → <StageTag code={cell.to} name={nameOf(cell.to)} codes={matrix.codes} />{' '}
        <span className="db-muted">
          {t(`common.move.${cell.kind}`)} · {question.from} → {question.to}
        </span>
      </div>
      <Answer>
        <b>
          <Figure value={cell.consumers} />
        </b>{' '}
        {cell.rate !== null && <span className="db-muted">{t('flow.rate', { rate: format.rate(cell.rate) })}</span>}
      </Answer>
      <KeepForm question={question} cell={cell} nameOf={nameOf} />
      <section aria-label={t('flow.people')}>
        <h2>{t('flow.people')}</h2>
        {mayRead ? (
          <QueryState query={people} what={t('flow.people_what')} action="consumers.read">
            {(data) => <PeopleTable people={data} codes={matrix.codes} nameOf={nameOf} />}
          </QueryState>
        ) : (
          <ForbiddenState action="consumers.read" />
        )}
      </section>
    </div>
  );
}
