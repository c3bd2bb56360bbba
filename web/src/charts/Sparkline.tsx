type Props = { values: number[]; color: string; label: string };

const WIDTH = 120;
const HEIGHT = 32;

/** The way a number went, in a word's space: no axes, no tools, so no chart library either. Starts at zero only when flat. */
export function Sparkline({ values, color, label }: Props) {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low;
  const points = values.map((value, place) => {
    const x = (place / (values.length - 1)) * (WIDTH - 4) + 2;
    const y = span === 0 ? HEIGHT / 2 : HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6);
    return [x, y] as const;
  });
  const last = points.at(-1);
  return (
    <svg className="db-sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
      <polyline points={points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} fill="none" stroke={color} strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
      {last && <circle cx={last[0]} cy={last[1]} r={2} fill={color} />}
    </svg>
  );
}
