import type { ChartOption } from '../echarts';
import type { Palette } from '../palette';
import { tooltipBase, tooltipElement } from '../tooltip';
import type { MoveBar } from './model';

type Context = { palette: Palette; count: (value: number) => string; exact: (value: number) => string };

/** Bars end before the edge, so that their numbers have a place. */
const LABEL_ROOM = 1.4;

/** Gains to the right, losses to the left, each bar with its number. */
export function movesOption(bars: MoveBar[], { palette, count, exact }: Context): ChartOption {
  const text = { color: palette.text, fontFamily: palette.font, fontSize: 12 };
  const low = -Math.max(0, ...bars.filter((bar) => !bar.isUp).map((bar) => bar.consumers));
  const high = Math.max(1, ...bars.filter((bar) => bar.isUp).map((bar) => bar.consumers));
  return {
    animation: palette.animate,
    grid: { left: 88, right: 72, top: 8, bottom: 8 },
    xAxis: { type: 'value', axisLabel: { show: false }, splitLine: { show: false }, min: low * LABEL_ROOM, max: high * LABEL_ROOM },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map((bar) => bar.name),
      axisLabel: text,
      axisTick: { show: false },
      axisLine: { show: false },
      offset: 8,
      position: 'left',
    },
    tooltip: {
      ...tooltipBase(palette),
      trigger: 'item',
      formatter: (item: { dataIndex: number }) => {
        const bar = bars[item.dataIndex];
        return tooltipElement(bar?.name ?? '', [{ name: bar?.isUp ? '▲' : '▼', value: exact(bar?.consumers ?? 0) }]);
      },
    },
    series: [
      {
        type: 'bar',
        barWidth: 20,
        data: bars.map((bar) => ({
          value: bar.isUp ? bar.consumers : -bar.consumers,
          itemStyle: { color: bar.isUp ? palette.up : palette.down },
          label: { show: true, position: bar.isUp ? 'right' : 'left', formatter: `${bar.isUp ? '▲' : '▼'} ${count(bar.consumers)}`, ...text },
        })),
      },
    ],
  };
}
