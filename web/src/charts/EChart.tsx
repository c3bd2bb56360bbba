import { useEffect, useEffectEvent, useRef } from 'react';

import type { ChartInstance, ChartOption } from './echarts';
import { init } from './echarts';

type Props = {
  option: ChartOption;
  height: number;
  /** What the chart is, for those who cannot see it. */
  label: string;
  description: string;
  onReady?: (chart: ChartInstance) => void;
  /** A click on a mark: its data item. */
  onPick?: (data: unknown) => void;
};

/** The chart library behind one component: made, filled, resized and thrown away here only. */
export function EChart({ option, height, label, description, onReady, onPick }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartInstance>(null);
  const ready = useEffectEvent((made: ChartInstance) => onReady?.(made));
  const pick = useEffectEvent((data: unknown) => onPick?.(data));

  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const made = init(element);
    chart.current = made;
    made.on('click', (event) => pick(event.data));
    ready(made);
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);

  return <div ref={holder} role="img" aria-label={`${label}. ${description}`} className="db-chart" style={{ height }} />;
}
