type Props = { text: string; direction: number | null | undefined; base?: string };

/** A change: its sign, its size, and what it is compared with. Color only repeats what sign and arrow say. */
export function Delta({ text, direction, base }: Props) {
  const tone = direction === null || direction === undefined || direction === 0 ? 'flat' : direction > 0 ? 'up' : 'down';
  const arrow = tone === 'up' ? '▲' : tone === 'down' ? '▼' : '';
  return (
    <span className={`db-delta db-delta-${tone}`}>
      {arrow !== '' && <span aria-hidden="true">{arrow} </span>}
      <span className="db-figure">{text}</span>
      {base !== undefined && <span className="db-muted"> {base}</span>}
    </span>
  );
}
