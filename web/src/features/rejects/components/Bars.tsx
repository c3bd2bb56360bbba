import { useFormat } from '@/hooks/use-format';

type Bar = { key: string; name: string; count: number };
type Props = { label: string; bars: Bar[]; chosen: string | undefined; onChoose?: ((key: string | undefined) => void) | undefined };

/** Counts as bars with their own labels. Choosing one filters by it; choosing it again does not. */
export function Bars({ label, bars, chosen, onChoose }: Props) {
  const format = useFormat();
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <ul className="db-bars" aria-label={label}>
      {bars.map((bar) => {
        const content = (
          <>
            <span>{bar.name}</span>
            <span className="db-bar-track" aria-hidden="true">
              <span className="db-bar-fill" style={{ width: `${(bar.count / most) * 100}%` }} />
            </span>
            <b className="db-figure">{format.exact(bar.count)}</b>
          </>
        );
        const isChosen = bar.key === chosen;
        return (
          <li key={bar.key}>
            {onChoose === undefined ? (
              <div className="db-bar">{content}</div>
            ) : (
              <button type="button" className="db-bar" aria-pressed={isChosen} onClick={() => onChoose(isChosen ? undefined : bar.key)}>
                {content}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
