/** The chart library, with only what our charts use. The one module that knows its parts. */
import { BarChart, CustomChart, LineChart, SankeyChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { init as initCore, use as register } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

register([BarChart, CustomChart, LineChart, SankeyChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

export type ChartInstance = EChartsType;
export type ChartOption = EChartsCoreOption;

export function init(element: HTMLElement): ChartInstance {
  return initCore(element, null, { renderer: 'canvas' });
}
