import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { ChartFrame } from '@/charts/ChartFrame';
import { isPickedStream, sankeyOption } from '@/charts/flow/option';
import { usePalette } from '@/charts/palette';
import { useFormat } from '@/hooks/use-format';
import { useIsNarrow } from '@/hooks/use-theme-mode';

import type { Matrix, MatrixCell } from '../model/matrix';
import { flowRows } from '../model/matrix';

type Props = { matrix: Matrix; nameOf: (code: string) => string; onOpen: (cell: MatrixCell) => void; fileName: string };

/** The flow as streams; a table where the screen is too narrow for them. */
export function FlowSankey({ matrix, nameOf, onOpen, fileName }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const palette = usePalette();
  const isNarrow = useIsNarrow();
  const cells = useMemo(() => matrix.rows.flatMap((row) => row.cells).filter((cell) => cell !== undefined && cell.consumers > 0) as MatrixCell[], [matrix]);
  const option = useMemo(
    () => sankeyOption(cells, { palette, codes: matrix.codes, nameOf, count: format.count, exact: format.exact, rate: format.rate }),
    [cells, palette, matrix.codes, nameOf, format],
  );
  return (
    <ChartFrame
      title={t('flow.sankey_title', { deepened: format.count(matrix.totals.deepened), fell_back: format.count(matrix.totals.fell_back) })}
      description={t('flow.sankey_description')}
      option={option}
      height={420}
      fileName={fileName}
      tableFirst={isNarrow}
      onPick={(data) => {
        const cell = isPickedStream(data) ? cells.find((each) => each.from === data.from && each.to === data.to) : undefined;
        if (cell !== undefined) onOpen(cell);
      }}
      table={{
        columns: [t('flow.start'), t('flow.end'), t('common.consumers'), t('flow.rate', { rate: '' }).trim()],
        rows: flowRows(matrix),
        texts: cells.map((cell) => [nameOf(cell.from), nameOf(cell.to), format.exact(cell.consumers), format.rate(cell.rate)]),
      }}
    />
  );
}
