import { AreaChartOutlined, FileImageOutlined, FileTextOutlined, TableOutlined } from '@ant-design/icons';
import { Button, Space, Tooltip } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { DataTable } from '@/components/table/DataTable';
import { download, toCsv } from '@/lib/csv';

import { EChart } from './EChart';
import type { ChartInstance, ChartOption } from './echarts';
import { usePalette } from './palette';

/** What a chart shows, as a table: raw values for files, texts for reading. */
export type ChartTable = { columns: string[]; rows: (string | number | null)[][]; texts?: string[][] };

type Props = {
  /** A finding where the data allow one. */
  title: string;
  description: string;
  option: ChartOption;
  table: ChartTable;
  height?: number;
  /** Of the files, without ending. */
  fileName: string;
  onPick?: (data: unknown) => void;
  /** Shows the table first, where the chart would not be readable. */
  tableFirst?: boolean;
};

function pngOf(chart: ChartInstance, background: string): Blob {
  const url = chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background });
  const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (char) => char.charCodeAt(0));
  return new Blob([bytes], { type: 'image/png' });
}

/** A chart with its title, and its picture, its data and its table at hand. */
export function ChartFrame({ title, description, option, table, height = 320, fileName, onPick, tableFirst = false }: Props) {
  const { t } = useTranslation();
  const palette = usePalette();
  const id = useId();
  const [chosen, setChosen] = useState<'chart' | 'table'>();
  const chart = useRef<ChartInstance>(null);
  const isTable = (chosen ?? (tableFirst ? 'table' : 'chart')) === 'table';
  return (
    <figure className="db-chart-frame" aria-labelledby={id}>
      <figcaption className="db-section-head">
        <span id={id} className="db-chart-title">
          {title}
        </span>
        <Space.Compact size="small" role="group" aria-label={`${t('common.chart.tools')}: ${title}`}>
          <Tooltip title={isTable ? t('common.chart.chart') : t('common.chart.table')}>
            <Button
              type="text"
              icon={isTable ? <AreaChartOutlined /> : <TableOutlined />}
              aria-label={isTable ? t('common.chart.chart') : t('common.chart.table')}
              onClick={() => setChosen(isTable ? 'chart' : 'table')}
            />
          </Tooltip>
          {!isTable && (
            <Tooltip title={t('common.chart.png')}>
              <Button
                type="text"
                icon={<FileImageOutlined />}
                aria-label={t('common.chart.png')}
                onClick={() => chart.current && download(`${fileName}.png`, pngOf(chart.current, palette.surface))}
              />
            </Tooltip>
          )}
          <Tooltip title={t('common.chart.csv')}>
            <Button
              type="text"
              icon={<FileTextOutlined />}
              aria-label={t('common.chart.csv')}
              onClick={() => download(`${fileName}.csv`, new Blob([toCsv([table.columns, ...table.rows])], { type: 'text/csv;charset=utf-8' }))}
            />
          </Tooltip>
        </Space.Compact>
      </figcaption>
      {isTable ? (
        <ChartData label={title} table={table} />
      ) : (
        <EChart
          option={option}
          height={height}
          label={title}
          description={description}
          onReady={(made) => {
            chart.current = made;
          }}
          {...(onPick === undefined ? {} : { onPick })}
        />
      )}
    </figure>
  );
}

type ShownRow = { key: string; cells: (string | number | null)[] };

function ChartData({ label, table }: { label: string; table: ChartTable }) {
  const rows: ShownRow[] = (table.texts ?? table.rows).map((cells: (string | number | null)[], place) => ({ key: String(place), cells }));
  return (
    <DataTable<ShownRow>
      label={label}
      rows={rows}
      rowKey={(row) => row.key}
      columns={table.columns.map((title, place) => ({
        title,
        key: String(place),
        align: typeof table.rows[0]?.[place] === 'number' ? ('right' as const) : ('left' as const),
        render: (_, row) => row.cells[place] ?? '—',
      }))}
    />
  );
}
