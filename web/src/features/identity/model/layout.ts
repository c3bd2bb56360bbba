import type { Edge, GraphNode, PersonGraph } from './graph';
import { counts } from './graph';

export type Measures = { width: number; height: number; gapX: number; gapY: number; margin: number };
const WIDE: Measures = { width: 184, height: 32, gapX: 96, gapY: 12, margin: 8 };
/** Boxes of two lines, for many columns. */
const CLOSE: Measures = { width: 128, height: 48, gapX: 38, gapY: 12, margin: 8 };
/** What is there for boxes beside the reasons, in pixels. */
const ROOM = 800;
const NARROW: Measures = { width: 128, height: 48, gapX: 40, gapY: 12, margin: 4 };

/** Columns of wide boxes that fit beside the reasons. */
const WIDE_COLUMNS = 3;
/** From here on what surrounds one id stands at both of its sides. */
const BOTH_SIDES_FROM = 10;

export type Placed = GraphNode & { x: number; y: number };
export type Line = { edge: Edge; d: string; middle: { x: number; y: number } };
export type Layout = { width: number; height: number; measures: Measures; nodes: Placed[]; lines: Line[] };

/**
 * Columns by distance: what was asked for at the left, then what is linked with it, then what is linked with that. In a column
 * the way to the other id is above, others are near what they are linked with. The same answer has always the same picture.
 */
export function layoutOf(graph: PersonGraph, isNarrow: boolean): Layout {
  const columns = isNarrow ? columnsOf(graph) : bothSides(columnsOf(graph));
  const measures = isNarrow ? NARROW : columns.length > WIDE_COLUMNS ? close(columns.length) : WIDE;
  const { width, height, gapX, gapY, margin } = measures;
  const rows = Math.max(1, ...columns.map((column) => column.length));
  const tall = rows * (height + gapY) - gapY;
  const placed = new Map<number, Placed>();
  columns.forEach((column, place) => {
    const top = (tall - (column.length * (height + gapY) - gapY)) / 2;
    column.forEach((node, row) => placed.set(node.profile, { ...node, x: margin + place * (width + gapX), y: margin + top + row * (height + gapY) }));
  });
  const bulge = hasBulge(graph, placed) ? gapX / 2 : 0;
  const nodes = graph.nodes.flatMap((node) => placed.get(node.profile) ?? []);
  const lines = graph.edges.flatMap((edge) => {
    const [a, b] = [placed.get(edge.a), placed.get(edge.b)];
    return a === undefined || b === undefined ? [] : [lineOf(edge, a, b, measures)];
  });
  return { width: 2 * margin + columns.length * (width + gapX) - gapX + bulge, height: tall + 2 * margin, measures, nodes, lines };
}

/** Boxes of two lines, as far apart as there is room. */
function close(columns: number): Measures {
  return { ...CLOSE, gapX: Math.max(CLOSE.gapX, Math.floor((ROOM - columns * CLOSE.width) / (columns - 1))) };
}

/** Much around one id is put at both of its sides, the first half at the right. */
function bothSides(columns: GraphNode[][]): GraphNode[][] {
  const [middle, around] = columns;
  if (columns.length !== 2 || middle === undefined || around === undefined || around.length < BOTH_SIDES_FROM) return columns;
  const half = Math.ceil(around.length / 2);
  return [around.slice(half), middle, around.slice(0, half)];
}

/** Whether two ids of the last column are linked: their line needs room at the right. */
function hasBulge(graph: PersonGraph, placed: ReadonlyMap<number, Placed>): boolean {
  const last = Math.max(0, ...[...placed.values()].map((node) => node.x));
  return graph.edges.some((edge) => placed.get(edge.a)?.x === last && placed.get(edge.b)?.x === last);
}

function columnsOf(graph: PersonGraph): GraphNode[][] {
  const distances = distancesOf(graph);
  const columns: GraphNode[][] = [];
  for (const node of graph.nodes) (columns[distances.get(node.profile) ?? 0] ??= []).push(node);
  const onPath = new Set(graph.edges.filter((edge) => edge.isOnPath).flatMap((edge) => [edge.a, edge.b]));
  const neighbors = neighborsOf(graph.edges);
  const rows = new Map<number, number>();
  const filled = columns.filter((column) => column !== undefined);
  filled.forEach((column, place) => {
    const pull = (node: GraphNode) => {
      const before = (neighbors.get(node.profile) ?? []).flatMap((other) => rows.get(other) ?? []);
      return before.length === 0 ? Number.MAX_SAFE_INTEGER : before.reduce((sum, row) => sum + row, 0) / before.length;
    };
    const pulls = new Map(column.map((node) => [node, place === 0 ? 0 : pull(node)]));
    const key = (node: GraphNode) => [onPath.has(node.profile) ? 0 : 1, pulls.get(node) ?? 0, node.role === 'foreign' ? 1 : 0];
    // Sorting keeps the order of what is equal: that of the answer.
    column.sort((one, other) => key(one).reduce((found, value, at) => found || value - (key(other)[at] ?? 0), 0));
    column.forEach((node, row) => rows.set(node.profile, row - (column.length - 1) / 2));
  });
  return filled;
}

function neighborsOf(edges: readonly Edge[]): Map<number, number[]> {
  const neighbors = new Map<number, number[]>();
  const add = (from: number, to: number) => neighbors.set(from, [...(neighbors.get(from) ?? []), to]);
  for (const { a, b } of edges) {
    add(a, b);
    add(b, a);
  }
  return neighbors;
}

/** How many links that count lead to each id; others stand beside what they are linked with. */
function distancesOf({ nodes, edges }: PersonGraph): Map<number, number> {
  const distances = new Map<number, number>();
  const spread = (neighbors: ReadonlyMap<number, number[]>) => {
    for (const waiting = [...distances.keys()]; waiting.length > 0; ) {
      const from = waiting.shift() ?? 0;
      for (const to of neighbors.get(from) ?? []) {
        if (distances.has(to)) continue;
        distances.set(to, (distances.get(from) ?? 0) + 1);
        waiting.push(to);
      }
    }
  };
  const counting = neighborsOf(edges.filter(counts));
  const all = neighborsOf(edges);
  const [asked] = nodes;
  if (asked !== undefined) distances.set(asked.profile, 0);
  // A digest has its links at the id that it is the digest of.
  const twin = asked === undefined || all.has(asked.profile) ? undefined : nodes.find((node) => node.role !== 'foreign' && all.has(node.profile));
  if (twin !== undefined) distances.set(twin.profile, 0);
  spread(counting);
  spread(all);
  for (const node of nodes) {
    if (distances.has(node.profile)) continue;
    distances.set(node.profile, 1);
    spread(counting);
    spread(all);
  }
  return distances;
}

/** A line from the right of one box to the left of the next, or around the right of two above each other. */
function lineOf(edge: Edge, a: Placed, b: Placed, { width, height, gapX }: Measures): Line {
  const [left, right] = a.x <= b.x ? [a, b] : [b, a];
  const [y1, y2] = [left.y + height / 2, right.y + height / 2];
  const x1 = left.x + width;
  if (left.x === right.x) {
    const reach = x1 + gapX * 0.5;
    return { edge, d: `M${x1} ${y1} C${reach} ${y1} ${reach} ${y2} ${x1} ${y2}`, middle: { x: x1 + gapX * 0.375, y: (y1 + y2) / 2 } };
  }
  const x2 = right.x;
  const bend = Math.min(gapX, x2 - x1) / 2;
  return { edge, d: `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, middle: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 } };
}

/** The box that an arrow key leads to: above or below in the column, or the nearest one of the column beside. */
export function boxBeside(nodes: readonly Placed[], from: number, key: string): number | undefined {
  const at = nodes.find((node) => node.profile === from);
  if (at === undefined) return undefined;
  const step = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  const distance = (one: number, other: number) => step * (one - other);
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const column = nodes.filter((node) => node.x === at.x && distance(node.y, at.y) > 0);
    return column.sort((one, other) => distance(one.y, other.y))[0]?.profile;
  }
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return undefined;
  const beside = nodes.filter((node) => distance(node.x, at.x) > 0);
  const away = (node: Placed) => Math.abs(node.y - at.y);
  return beside.sort((one, other) => distance(one.x, other.x) || away(one) - away(other))[0]?.profile;
}
