/** Stage colours. The same everywhere: `fill` for areas, `stroke` for lines (3:1 on the page), `ink` for text (4.5:1). */
export type StageColor = { fill: string; stroke: string; ink: string };
export type Scheme = 'light' | 'dark';

const NAMED: Record<string, number> = { A: 0, I: 1, P: 2, L: 3 };

const COLORS: Record<Scheme, StageColor[]> = {
  light: [
    { fill: '#5B8FF9', stroke: '#5B8FF9', ink: '#2B5FCE' },
    { fill: '#5AD8A6', stroke: '#1FA673', ink: '#0F7A52' },
    { fill: '#F6BD16', stroke: '#B98900', ink: '#855F00' },
    { fill: '#E8684A', stroke: '#E8684A', ink: '#B83A1C' },
    { fill: '#9270CA', stroke: '#9270CA', ink: '#7450B0' },
    { fill: '#6DC8EC', stroke: '#2492BC', ink: '#136F93' },
  ],
  dark: ['#5B8FF9', '#5AD8A6', '#F6BD16', '#E8684A', '#A98BDB', '#6DC8EC'].map((fill, place) => ({
    fill,
    stroke: fill,
    ink: place === 0 ? '#7FA8FF' : place === 3 ? '#FF8A6E' : fill,
  })),
};

const OUTSIDE: Record<Scheme, StageColor> = {
  light: { fill: '#BFBFBF', stroke: '#8C8C8C', ink: '#5F5F5F' },
  dark: { fill: '#8C8C8C', stroke: '#BFBFBF', ink: '#BFBFBF' },
};

/** Outside the chain, as the flow document names it. */
export const OUTSIDE_CODE = 'none';

/** The color of a stage: by its letter in AIPL, by its depth in other rule sets. */
export function stageColor(code: string, codes: string[], scheme: Scheme): StageColor {
  if (code === OUTSIDE_CODE) return OUTSIDE[scheme];
  const isAipl = codes.every((each) => each in NAMED);
  const place = isAipl ? NAMED[code] : codes.indexOf(code);
  const colors = COLORS[scheme];
  return (place === undefined || place < 0 ? undefined : colors[place % colors.length]) ?? OUTSIDE[scheme];
}

/** How a move between two stages counts. Codes are shallowest first. */
export type MoveKind = 'new' | 'deepened' | 'kept' | 'fell_back' | 'lost';

export function moveKind(from: string, to: string, codes: string[]): MoveKind {
  if (from === OUTSIDE_CODE) return 'new';
  if (to === OUTSIDE_CODE) return 'lost';
  const step = codes.indexOf(to) - codes.indexOf(from);
  return step > 0 ? 'deepened' : step < 0 ? 'fell_back' : 'kept';
}
