import type { Palette } from './palette';

export type TooltipRow = { color?: string; name: string; value: string; isStrong?: boolean };

/**
 * The one tooltip layout, as an element. Never as HTML text: the page's policy refuses style attributes in it, and
 * names from data would need escaping.
 */
export function tooltipElement(title: string, rows: TooltipRow[]): HTMLElement {
  const box = document.createElement('div');
  box.className = 'db-tooltip';
  const head = document.createElement('div');
  head.className = 'db-tooltip-title';
  head.textContent = title;
  box.append(head);
  for (const row of rows) {
    const line = document.createElement('div');
    line.className = row.isStrong === true ? 'db-tooltip-row db-tooltip-strong' : 'db-tooltip-row';
    const name = document.createElement('span');
    if (row.color !== undefined) {
      const swatch = document.createElement('i');
      swatch.className = 'db-swatch';
      swatch.style.background = row.color;
      name.append(swatch);
    }
    name.append(row.name);
    const value = document.createElement('b');
    value.textContent = row.value;
    line.append(name, value);
    box.append(line);
  }
  return box;
}

/** Colors and edges of a tooltip in the theme. */
export function tooltipBase(palette: Palette) {
  return {
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.line,
    textStyle: { color: palette.text, fontFamily: palette.font, fontSize: 12 },
    transitionDuration: 0,
  };
}
