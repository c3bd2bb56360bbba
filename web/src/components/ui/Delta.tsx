type Props = { text: string; direction: number | null | undefined; base?: string };

/** A change: its sign, its size, and what it is compared with. Color only repeats what sign and arrow say. */
export function Delta({ text, direction, base }: Props) {
  // What is written as nothing but zeros is no change to the reader.
  const isZero = !/[1-9]/.test(text);
  const tone = direction === null || direction === undefined || isZero ? 'flat' : direction > 0 ? 'up' : 'down';
  const arrow = tone === 'up' ? '▲' : tone === 'down' ? '▼' : '';
  return (
    <span className={`db-delta db-delta-${tone}`}>
      {arrow !== '' && <span aria-hidden="true">{arrow} </span>}
      <span className="db-figure">{text}</span>
      {base !== undefined && <span className="db-muted"> {base}</span>}
    </span>
  );
}
