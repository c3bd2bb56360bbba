import type { AccountPart } from '@/lib/account';
import type { Scheme } from '@/lib/stages';

import type { ChartOption } from '../echarts';
import type { Palette } from '../palette';
import { tooltipBase, tooltipElement } from '../tooltip';
import type { ArrivalsModel } from './model';

type Context = { palette: Palette; count: (value: number) => string; exact: (value: number) => string; total: string };

const COLORS: Record<Scheme, Record<AccountPart, string>> = {
  light: { accepted: '#2B5FCE', duplicate: '#9DB7EE', rejected: '#BF2E23', suppressed: '#C99A1B' },
  dark: { accepted: '#7FA8FF', duplicate: '#3F5FA8', rejected: '#FF8F85', suppressed: '#D9B450' },
};

/** Refused ones differ by their pattern also, for those who cannot tell the colors apart. */
const DECALS: Partial<Record<AccountPart, object>> = {
  rejected: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4 },
  suppressed: { symbol: 'circle', symbolSize: 0.6, dashArrayX: [[4, 4]], dashArrayY: [4, 2] },
};

export const ARRIVALS_HEIGHT = 280;

/** The color of what became of events, here and in the key beside the chart. */
export function arrivalColor(part: AccountPart, scheme: Scheme): string {
  return COLORS[scheme][part];
}

/** What became of events as stacked bars over time. */
export function arrivalsOption(model: ArrivalsModel, { palette, count, exact, total }: Context): ChartOption {
  const axisText = { color: palette.muted, fontFamily: palette.font, fontSize: 12 };
  return {
    // Drawn anew every few seconds: bars that grow each time would never stand still.
    animation: false,
    grid: { left: 8, right: 8, top: 16, bottom: 8, containLabel: true },
    xAxis: {
      type: 'category',
      data: model.labels,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { ...axisText, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { ...axisText, formatter: (value: number) => count(value) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    tooltip: {
      ...tooltipBase(palette),
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items: { dataIndex: number }[]) => {
        const at = items[0]?.dataIndex ?? 0;
        return tooltipElement(model.titles[at] ?? '', [
          ...model.series.map((each) => ({ color: arrivalColor(each.part, palette.scheme), name: each.name, value: exact(each.values[at] ?? 0) })),
          { name: total, value: exact(model.totals[at] ?? 0), isStrong: true },
        ]);
      },
    },
    series: model.series.map((each) => {
      const decal = DECALS[each.part];
      return {
        type: 'bar',
        stack: 'all',
        name: each.name,
        // One among thousands is still seen; none is none.
        barMinHeight: 2,
        barMaxWidth: 32,
        barCategoryGap: '24%',
        data: each.values.map((value) => (value === 0 ? null : value)),
        itemStyle: {
          color: arrivalColor(each.part, palette.scheme),
          ...(decal === undefined ? {} : { decal: { ...decal, color: palette.surface } }),
        },
      };
    }),
  };
}
