import { OUTSIDE_CODE } from '@/lib/stages';

import type { ChartOption } from '../echarts';
import type { Palette } from '../palette';
import { tooltipBase, tooltipElement } from '../tooltip';

export type Stream = { from: string; to: string; consumers: number; rate: number | null };
type Context = {
  palette: Palette;
  codes: string[];
  nameOf: (code: string) => string;
  count: (value: number) => string;
  exact: (value: number) => string;
  rate: (value: number | null) => string;
};

/** A click on a stream, as the chart hands it back. */
export type PickedStream = { from: string; to: string };

export function isPickedStream(data: unknown): data is PickedStream {
  return typeof data === 'object' && data !== null && 'from' in data && 'to' in data;
}

/** Streams from start stages (left) to end stages (right), colored by where they begin. */
export function sankeyOption(streams: Stream[], { palette, codes, nameOf, count, exact, rate }: Context): ChartOption {
  const order = [...codes].reverse().concat(OUTSIDE_CODE);
  const side = (end: 'start' | 'end') =>
    order
      .map((code) => ({ code, consumers: streams.filter((stream) => (end === 'start' ? stream.from : stream.to) === code).reduce((sum, stream) => sum + stream.consumers, 0) }))
      .filter((node) => node.consumers > 0)
      .map((node) => ({
        name: `${end}:${node.code}`,
        itemStyle: { color: palette.stage(node.code, codes).fill, borderColor: palette.stage(node.code, codes).stroke },
        label: {
          position: end === 'start' ? 'left' : 'right',
          formatter: `${nameOf(node.code)} ${count(node.consumers)}`,
          color: palette.text,
          fontFamily: palette.font,
        },
      }));
  return {
    animation: palette.animate,
    tooltip: {
      ...tooltipBase(palette),
      trigger: 'item',
      formatter: (item: { data: unknown }) => {
        const picked = isPickedStream(item.data) ? item.data : undefined;
        const stream = streams.find((each) => each.from === picked?.from && each.to === picked.to);
        if (stream === undefined) return '';
        return tooltipElement(`${nameOf(stream.from)} → ${nameOf(stream.to)}`, [
          { name: '', value: exact(stream.consumers) },
          { name: '', value: rate(stream.rate) },
        ]);
      },
    },
    series: [
      {
        type: 'sankey',
        left: 128,
        right: 128,
        top: 8,
        bottom: 8,
        nodeGap: 16,
        layoutIterations: 0,
        draggable: false,
        emphasis: { focus: 'trajectory' },
        data: [...side('start'), ...side('end')],
        links: streams.map((stream) => ({
          source: `start:${stream.from}`,
          target: `end:${stream.to}`,
          value: stream.consumers,
          from: stream.from,
          to: stream.to,
          lineStyle: { color: palette.stage(stream.from, codes).fill, opacity: 0.45, curveness: 0.5 },
        })),
      },
    ],
  };
}
