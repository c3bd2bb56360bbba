import type { Day } from '@/lib/days';
import { addDays, daysBetween } from '@/lib/days';

import type { ChartOption } from '../echarts';
import type { Palette } from '../palette';
import { tooltipBase, tooltipElement } from '../tooltip';
import type { StaysModel } from './model';

export type StaysWords = {
  name: (stage: string) => string;
  asOf: string;
  days: string;
  from: string;
  to: string;
  projected: string;
  openEnd: string;
};

const LANE = 40;
const at = (day: Day) => Date.parse(`${day}T00:00:00Z`);

export function staysHeight(model: StaysModel): number {
  return model.stages.length * LANE + 64;
}

/** What the chart library hands to the function that draws one block; only what is used of it. */
type Drawing = {
  value: (place: number) => number;
  coord: (point: [number, number]) => [number, number];
  size: (span: [number, number]) => [number, number];
};

/** One lane for each stage, deepest on top; a block for each stay, hatched where it is projected. */
export function staysOption(model: StaysModel, palette: Palette, words: StaysWords): ChartOption {
  const lanes = model.stages;
  // At the right edge the day's label would be cut off.
  const isLate = daysBetween(model.from, model.asOf) > 0.85 * daysBetween(model.from, model.to);
  const text = { color: palette.muted, fontFamily: palette.font, fontSize: 12 };
  return {
    animation: palette.animate,
    grid: { left: 8, right: 24, top: 28, bottom: 8, containLabel: true },
    tooltip: {
      ...tooltipBase(palette),
      trigger: 'item',
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const part = model.parts[dataIndex];
        if (part === undefined) return '';
        return tooltipElement(words.name(part.stage), [
          { color: palette.stage(part.stage, lanes).fill, name: words.from, value: part.from },
          { name: words.to, value: part.to === undefined ? words.openEnd : addDays(part.to, -1) },
          ...(part.to === undefined ? [] : [{ name: words.days, value: String(daysBetween(part.from, part.to)) }]),
          ...(part.isProjected ? [{ name: words.projected, value: '✓' }] : []),
        ]);
      },
    },
    xAxis: {
      type: 'time',
      min: at(model.from),
      max: at(model.to),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...text, hideOverlap: true, formatter: daysBetween(model.from, model.to) > 540 ? '{yyyy}-{MM}' : '{yyyy}-{MM}-{dd}' },
      splitLine: { show: true, lineStyle: { color: palette.line } },
    },
    yAxis: {
      type: 'category',
      data: lanes.map(words.name),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...text, color: palette.text },
    },
    useUTC: true,
    series: [
      {
        type: 'custom',
        clip: true,
        encode: { x: [1, 2], y: 0 },
        data: model.parts.map((part) => [lanes.indexOf(part.stage), at(part.from), at(part.shownTo)]),
        renderItem: ({ dataIndex }: { dataIndex: number }, api: Drawing) => {
          const part = model.parts[dataIndex];
          const [left, middle] = api.coord([api.value(1), api.value(0)]);
          const [right] = api.coord([api.value(2), api.value(0)]);
          const height = api.size([0, 1])[1] * 0.6;
          const color = palette.stage(part?.stage ?? '', lanes);
          const isProjected = part?.isProjected ?? false;
          return {
            type: 'rect',
            shape: { x: left, y: middle - height / 2, width: Math.max(2, right - left), height, r: 2 },
            style: {
              fill: isProjected ? palette.surface : color.fill,
              stroke: color.stroke,
              lineWidth: 1,
              ...(isProjected ? { lineDash: [4, 3], decal: { symbol: 'rect', color: color.stroke, dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 } } : {}),
            },
          };
        },
      },
      {
        // Carries the mark of the day that the page answers for.
        type: 'line',
        data: [],
        markLine: {
          symbol: 'none',
          silent: true,
          animation: false,
          lineStyle: { color: palette.text, type: 'solid', width: 1 },
          label: { ...text, color: palette.text, formatter: words.asOf, position: 'end', align: isLate ? 'right' : 'center' },
          data: [{ xAxis: at(model.asOf) }],
        },
      },
    ],
  };
}
