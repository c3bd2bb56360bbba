import type { TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';

import { Answer } from '@/components/layout/QuestionPage';
import { DataTable } from '@/components/table/DataTable';
import { Delta } from '@/components/ui/Delta';
import { Figure } from '@/components/ui/Figure';
import { StageTag } from '@/components/ui/StageTag';
import { useFormat } from '@/hooks/use-format';

import type { Effect, StageRow } from '../model/effect';
import { matrixOf, movesOf, stageRows } from '../model/effect';

type NameOf = (code: string) => string;
type Props = { effect: Effect; nameBefore: NameOf; nameAfter: NameOf };

const SAID = 3;

/** What new rules would do: in words, stage by stage, and from where to where. */
export function EffectReport({ effect, nameBefore, nameAfter }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const moves = movesOf(effect);
  const total = moves.reduce((sum, cell) => sum + cell.consumers, 0);
  return (
    <>
      {moves.length === 0 && <Answer>{t('rules.preview.nobody')}</Answer>}
      {moves.slice(0, SAID).map((cell) => (
        <Answer key={`${cell.from} ${cell.to}`}>
          {t('rules.preview.move', { consumers: format.exact(cell.consumers), from: nameBefore(cell.from), to: nameAfter(cell.to) })}
        </Answer>
      ))}
      {moves.length > 0 && <p className="db-muted">{t('rules.preview.total', { consumers: format.exact(total) })}</p>}
      <StageTable effect={effect} nameBefore={nameBefore} nameAfter={nameAfter} />
      <MatrixTable effect={effect} nameBefore={nameBefore} nameAfter={nameAfter} />
    </>
  );
}

function StageTable({ effect, nameBefore, nameAfter }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const codes = effect.after.stages.map((stage) => stage.stage);
  const known = new Set(codes);
  const rows: (StageRow | 'total')[] = [...stageRows(effect), 'total'];
  const valuesOf = (row: StageRow | 'total') => (row === 'total' ? { before: effect.before.total, after: effect.after.total } : row);
  const columns: TableColumnsType<{ row: StageRow | 'total' }> = [
    {
      title: t('common.stage'),
      key: 'stage',
      render: (_, { row }) =>
        row === 'total' ? <b>{t('common.total')}</b> : <StageTag code={row.code} name={(known.has(row.code) ? nameAfter : nameBefore)(row.code)} codes={codes} />,
    },
    { title: t('rules.preview.before', { rule_set: effect.before.rule_set }), key: 'before', align: 'right', render: (_, { row }) => <Figure value={valuesOf(row).before} /> },
    { title: t('rules.preview.after'), key: 'after', align: 'right', render: (_, { row }) => <Figure value={valuesOf(row).after} /> },
    {
      title: t('rules.preview.change'),
      key: 'change',
      align: 'right',
      render: (_, { row }) => {
        const { before, after } = valuesOf(row);
        if (before === undefined || after === undefined) return '—';
        const share = before === 0 ? undefined : (after - before) / before;
        return <Delta text={`${format.change(after - before)}${share === undefined ? '' : ` (${format.relative(share)})`}`} direction={after - before} />;
      },
    },
  ];
  return (
    <>
      <h3>{t('rules.preview.stages')}</h3>
      <DataTable label={t('rules.preview.stages')} columns={columns} rows={rows.map((row) => ({ row }))} rowKey={({ row }) => (row === 'total' ? 'total' : row.code)} />
    </>
  );
}

function MatrixTable({ effect, nameBefore, nameAfter }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const matrix = matrixOf(effect);
  const before = effect.before.stages.map((stage) => stage.stage);
  const after = effect.after.stages.map((stage) => stage.stage);
  return (
    <>
      <h3>{t('rules.preview.matrix')}</h3>
      <div className="db-table" role="region" aria-label={t('rules.preview.matrix')} tabIndex={0}>
        <table className="db-matrix">
          <thead>
            <tr>
              <th scope="col">
                {t('rules.preview.matrix_from')} ↓ · {t('rules.preview.matrix_to')} →
              </th>
              {matrix.to.map((code) => (
                <th key={code} scope="col">
                  <StageTag code={code} name={nameAfter(code)} codes={after} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.from.map((from) => (
              <tr key={from}>
                <th scope="row">
                  <StageTag code={from} name={nameBefore(from)} codes={before} />
                </th>
                {matrix.to.map((to) => (
                  <td key={to} className={from === to ? 'db-matrix-stay' : ''}>
                    {format.exact(matrix.cell(from, to))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
