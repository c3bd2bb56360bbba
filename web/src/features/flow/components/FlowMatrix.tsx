import { useTranslation } from 'react-i18next';

import { StageTag } from '@/components/ui/StageTag';
import { Figure } from '@/components/ui/Figure';
import { useFormat } from '@/hooks/use-format';
import type { MoveKind } from '@/lib/stages';

import type { Matrix, MatrixCell } from '../model/matrix';

type Props = { matrix: Matrix; nameOf: (code: string) => string; onOpen: (cell: MatrixCell) => void };

const SIGN: Record<MoveKind, string> = { new: '+', deepened: '▲', kept: '=', fell_back: '▼', lost: '×' };

/** Where from, where to, how many: each cell opens its people. The sign says what the color says. */
export function FlowMatrix({ matrix, nameOf, onOpen }: Props) {
  const { t } = useTranslation();
  return (
    <div className="db-table" role="region" aria-label={t('flow.matrix_label')} tabIndex={0}>
      <table className="db-matrix">
        <caption className="db-visually-hidden">{t('flow.matrix_label')}</caption>
        <thead>
          <tr>
            <th scope="col">
              {t('flow.start')} ↓ · {t('flow.end')} →
            </th>
            <th scope="col">{t('flow.start_count')}</th>
            {matrix.columns.map((column) => (
              <th key={column.to} scope="col">
                <StageTag code={column.to} name={nameOf(column.to)} codes={matrix.codes} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row) => (
            <tr key={row.from}>
              <th scope="row">
                <StageTag code={row.from} name={nameOf(row.from)} codes={matrix.codes} />
              </th>
              <td>
                <Figure value={row.start} />
              </td>
              {row.cells.map((cell, place) => (
                <td key={matrix.columns[place]?.to}>{cell === undefined ? <span className="db-muted">—</span> : <CellButton cell={cell} nameOf={nameOf} onOpen={onOpen} />}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{t('flow.end_count')}</th>
            <td />
            {matrix.columns.map((column) => (
              <td key={column.to}>
                <Figure value={column.end} />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function CellButton({ cell, nameOf, onOpen }: { cell: MatrixCell } & Omit<Props, 'matrix'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const kind = t(`common.move.${cell.kind}`);
  const label = t('flow.cell_label', { from: nameOf(cell.from), to: nameOf(cell.to), consumers: format.exact(cell.consumers), kind });
  return (
    <button
      type="button"
      className={`db-cell db-cell-${cell.kind}`}
      // A custom property that the style sheet mixes into the cell's color; React's type knows only CSS's own.
      style={{ '--db-heat': `${Math.round(6 + cell.heat * 40)}%` } as React.CSSProperties}
      disabled={cell.consumers === 0}
      aria-label={label}
      title={`${kind} · ${format.exact(cell.consumers)}`}
      onClick={() => onOpen(cell)}
    >
      <span className="db-cell-count">
        <span aria-hidden="true">{SIGN[cell.kind]} </span>
        {format.count(cell.consumers)}
      </span>
      <span className="db-cell-rate">{format.rate(cell.rate)}</span>
    </button>
  );
}
