import type { Line } from '../model/layout';
import { mainPart } from '../model/graph';

type Props = { line: Line; isLit: boolean; isDim: boolean; onChoose: () => void };

/** A link, drawn by what became of it: by its dashes and its mark, not by color alone. */
export function GraphLine({ line, isLit, isDim, onChoose }: Props) {
  const outcome = mainPart(line.edge)?.outcome ?? '';
  const states = [isLit ? 'db-line-lit' : '', isDim ? 'db-line-dim' : ''].filter(Boolean).join(' ');
  return (
    <g className={`db-line db-line-${outcome} ${states}`} onMouseEnter={onChoose} onClick={onChoose}>
      {line.edge.isOnPath && <path className="db-line-way" d={line.d} />}
      <path className="db-line-stroke" d={line.d} />
      <path className="db-line-reach" d={line.d} />
      <Mark outcome={outcome} x={line.middle.x} y={line.middle.y} />
    </g>
  );
}

/** What stands on a line that does not join. */
function Mark({ outcome, x, y }: { outcome: string; x: number; y: number }) {
  if (outcome === 'refused') return <path className="db-line-mark" d={`M${x - 4} ${y - 4} L${x + 4} ${y + 4} M${x - 4} ${y + 4} L${x + 4} ${y - 4}`} />;
  if (outcome === 'cut') return <path className="db-line-mark" d={`M${x - 5} ${y + 6} L${x - 1} ${y - 6} M${x + 1} ${y + 6} L${x + 5} ${y - 6}`} />;
  if (outcome === 'hub') return <circle className="db-line-mark db-line-mark-hub" cx={x} cy={y} r={4} />;
  return null;
}

/** The same line for the legend. */
export function LineSample({ outcome }: { outcome: string }) {
  return (
    <svg width={36} height={14} aria-hidden className={`db-line db-line-${outcome}`}>
      <path className="db-line-stroke" d="M1 7 H35" />
      <Mark outcome={outcome} x={18} y={7} />
    </svg>
  );
}
