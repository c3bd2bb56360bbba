import type { Rules } from '@/api/types';
import type { Marker } from '@/charts/trend/model';
import { dayIn } from '@/lib/days';
import type { Trend } from '@/lib/trend';
import { changeOf } from '@/lib/trend';

/** The stage whose count changed most; undefined when none changed. */
export function largestChange(trend: Trend): { code: string; change: number } | undefined {
  const changes = trend.series.map((each) => ({ code: each.code, change: changeOf(each.values) }));
  const largest = changes.reduce<(typeof changes)[number] | undefined>(
    (best, each) => (best === undefined || Math.abs(each.change) > Math.abs(best.change) ? each : best),
    undefined,
  );
  return largest?.change === 0 ? undefined : largest;
}

/** When versions of the shown rule set were made, as marks on the time axis. */
export function rulesMarkers(rules: Rules[], ruleSet: string, timezone: string, write: (version: string) => string): Marker[] {
  const name = ruleSet.split('@')[0];
  return rules
    .filter((each) => each.name === name)
    .map((each) => ({ day: dayIn(timezone, new Date(each.created_at)), text: write(`${each.name}@${each.version}`) }));
}
