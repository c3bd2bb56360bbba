import { Card } from 'antd';
import type { ReactNode } from 'react';

import { Definition } from './Definition';

type Props = {
  name: string;
  value: ReactNode;
  definition: string;
  ruleSet?: string | undefined;
  /** Color of the stage that the card is about. */
  accent?: string | undefined;
  changes?: ReactNode;
  picture?: ReactNode;
};

/** One number: its name and meaning, its value, how it changed, and how it went. */
export function MetricCard({ name, value, definition, ruleSet, accent, changes, picture }: Props) {
  return (
    <Card size="small" className="db-metric-card" style={accent === undefined ? {} : { borderTopColor: accent, borderTopWidth: 3 }}>
      <div role="group" aria-label={name}>
        <div className="db-metric-name">
          {name} <Definition name={name} text={definition} ruleSet={ruleSet} />
        </div>
        <div className="db-metric-value">{value}</div>
        {changes !== undefined && <div className="db-metric-changes">{changes}</div>}
        {picture}
      </div>
    </Card>
  );
}
