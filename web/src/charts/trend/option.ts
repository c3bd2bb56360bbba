import type { ChartOption } from '../echarts';
import type { Palette } from '../palette';
import { tooltipBase, tooltipElement } from '../tooltip';
import type { TrendModel } from './model';

export type TrendView = 'multiples' | 'lines';
type Context = { palette: Palette; count: (value: number) => string; exact: (value: number) => string };

const ROW_HEIGHT = 152;
const LINES_HEIGHT = 360;
const TOP = 28;
const LABEL_SPACE = 128;

export function trendHeight(model: TrendModel, view: TrendView): number {
  return view === 'lines' ? LINES_HEIGHT : Math.max(1, model.series.length) * ROW_HEIGHT + 24;
}

/** Daily counts as lines that carry their own names: one chart, or one for each stage. Counts start at zero. */
export function trendOption(model: TrendModel, view: TrendView, { palette, count, exact }: Context): ChartOption {
  const isApart = view === 'multiples';
  const grids = isApart ? model.series.map((_, place) => place) : [0];
  const lastGrid = grids.length - 1;
  const axisText = { color: palette.muted, fontFamily: palette.font, fontSize: 12 };
  return {
    animation: palette.animate,
    grid: grids.map((place) => ({
      left: 64,
      right: LABEL_SPACE,
      top: isApart ? place * ROW_HEIGHT + TOP : TOP,
      height: isApart ? ROW_HEIGHT - TOP - 20 : LINES_HEIGHT - TOP - 40,
    })),
    xAxis: grids.map((place) => ({
      type: 'category',
      gridIndex: place,
      data: model.days,
      boundaryGap: false,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...axisText, show: place === lastGrid, hideOverlap: true },
      axisPointer: { show: true, type: 'line', lineStyle: { color: palette.muted, type: 'dashed' }, label: { show: false } },
    })),
    yAxis: grids.map((place) => ({
      type: 'value',
      gridIndex: place,
      min: 0,
      splitNumber: isApart ? 2 : 4,
      axisLabel: { ...axisText, formatter: (value: number) => count(value) },
      splitLine: { lineStyle: { color: palette.line } },
    })),
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    tooltip: {
      ...tooltipBase(palette),
      trigger: 'axis',
      formatter: (items: { dataIndex: number }[]) => {
        const at = items[0]?.dataIndex ?? 0;
        return tooltipElement(
          model.days[at] ?? '',
          model.series.map((each) => ({ color: palette.stage(each.code, model.codes).fill, name: each.name, value: exact(each.values[at] ?? 0) })),
        );
      },
    },
    series: model.series.map((each, place) => {
      const color = palette.stage(each.code, model.codes);
      return {
        type: 'line',
        name: each.name,
        data: each.values,
        xAxisIndex: isApart ? place : 0,
        yAxisIndex: isApart ? place : 0,
        showSymbol: each.values.length === 1,
        lineStyle: { width: 2, color: color.stroke },
        itemStyle: { color: color.stroke },
        ...(isApart ? { areaStyle: { color: color.fill, opacity: 0.18 } } : {}),
        endLabel: { show: true, color: color.ink, fontFamily: palette.font, formatter: () => `${each.name} ${count(each.values.at(-1) ?? 0)}` },
        labelLayout: { moveOverlap: 'shiftY' },
        ...(isApart || place === 0 ? { markLine: markLine(model, palette) } : {}),
      };
    }),
  };
}

function markLine(model: TrendModel, palette: Palette) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: palette.muted, type: 'dashed' },
    label: { formatter: '{b}', color: palette.muted, fontFamily: palette.font, fontSize: 12 },
    data: model.markers.map((marker) => ({ name: marker.text, xAxis: marker.day })),
  };
}
