import type { ExplainedId, ExplainedLink, IdentityExplanation } from '@/api/types';

/** What becomes of links, those that count most first. Servers may know more. */
export const OUTCOMES = ['joined', 'owns', 'confirms', 'cut', 'refused', 'hub', 'outweighed', 'says_nothing'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Links by which an id is a person's. */
const COUNTING: readonly string[] = ['joined', 'owns', 'confirms'];

export function isOutcome(text: string): text is Outcome {
  return (OUTCOMES as readonly string[]).includes(text);
}

/** Links of one pair of ids that came to the same. */
export type Part = { outcome: string; limit: string | null; first: string; last: string; count: number };

/** All that links two ids. */
export type Edge = { key: string; a: number; b: number; parts: Part[]; isOnPath: boolean };

/** An id in the picture. */
export type GraphNode = {
  profile: number;
  /** Unknown where it is another person's and nobody told. */
  id: ExplainedId | undefined;
  /** The one that was asked for, the one it is compared with, another of the person, or another person's. */
  role: 'asked' | 'compared' | 'own' | 'foreign';
};

export type PersonGraph = {
  nodes: GraphNode[];
  edges: Edge[];
  /** Ids and links that are not in the picture, though the person has them. */
  leftOut: { ids: number; others: number; links: number };
};

export function edgeKey(a: number, b: number): string {
  return a < b ? `${a}-${b}` : `${b}-${a}`;
}

function rank(outcome: string): number {
  return isOutcome(outcome) ? OUTCOMES.indexOf(outcome) : OUTCOMES.length;
}

/** What became of a pair's links, the one that says most. */
export function mainPart(edge: Edge): Part | undefined {
  return edge.parts[0];
}

export function counts(edge: Edge): boolean {
  return COUNTING.includes(mainPart(edge)?.outcome ?? '');
}

/** Links by pairs of ids, in the order in which the first of each comes; those on the way to the other id before. */
export function edgesOf(links: readonly ExplainedLink[], path: readonly ExplainedLink[] = []): Edge[] {
  const edges = new Map<string, Edge>();
  const onPath = new Set(path.map((link) => edgeKey(link.a, link.b)));
  const wayAhead = links.filter((link) => onPath.has(edgeKey(link.a, link.b)));
  // A path may use links beyond those that are told one by one.
  const told = new Set(wayAhead.map((link) => edgeKey(link.a, link.b)));
  const ordered = [...path.filter((link) => !told.has(edgeKey(link.a, link.b))), ...wayAhead, ...links.filter((link) => !onPath.has(edgeKey(link.a, link.b)))];
  for (const link of ordered) {
    const key = edgeKey(link.a, link.b);
    const edge = edges.get(key) ?? { key, a: link.a, b: link.b, parts: [], isOnPath: onPath.has(key) };
    edges.set(key, edge);
    const limit = link.limit ?? null;
    const part = edge.parts.find((each) => each.outcome === link.outcome && each.limit === limit);
    if (part === undefined) edge.parts.push({ outcome: link.outcome, limit, first: link.at, last: link.at, count: 1 });
    else {
      part.count += 1;
      if (link.at < part.first) part.first = link.at;
      if (link.at > part.last) part.last = link.at;
    }
  }
  for (const edge of edges.values()) edge.parts.sort((one, other) => rank(one.outcome) - rank(other.outcome));
  const order = new Map(path.map((link, place) => [edgeKey(link.a, link.b), place]));
  return [...edges.values()].sort((one, other) => (order.get(one.key) ?? path.length) - (order.get(other.key) ?? path.length));
}

/** Every id that is known by its profile: the person's, and those of the other one that it was compared with. */
export function knownIds(answer: IdentityExplanation, apart?: IdentityExplanation): Map<number, ExplainedId> {
  return new Map([...(apart?.ids ?? []), ...answer.ids].map((id) => [id.profile, id]));
}

/** A picture of at most so many ids: those asked for, the way between them, then the others, strongest first. */
export function personGraph(answer: IdentityExplanation, most: number, apart?: IdentityExplanation): PersonGraph {
  const path = answer.path ?? [];
  const edges = edgesOf(answer.links, path);
  const known = knownIds(answer, apart);
  const own = new Set(answer.ids.map((id) => id.profile));
  const asked = answer.ids[0]?.profile;
  const compared = apart === undefined ? endOf(path, asked) : apart.ids[0]?.profile;
  const onPath = path.flatMap((link) => [link.a, link.b]);
  const ownOrder = [...new Set([...(asked === undefined ? [] : [asked]), ...onPath, ...own])];
  const ends = [...edges].sort((one, other) => foreignRank(one) - foreignRank(other)).flatMap((edge) => [edge.a, edge.b]);
  const linked = new Set(ends);
  const foreignFirst = compared !== undefined && linked.has(compared) ? [compared, ...ends] : ends;
  const foreignOrder = [...new Set(foreignFirst)].filter((profile) => !own.has(profile) && !onPath.includes(profile));
  // A few of the others' ids are always shown: what was refused is what people look for.
  const foreignMost = Math.min(foreignOrder.length, Math.max(Math.floor(most / 4), most - ownOrder.length));
  const chosenOwn = new Set(ownOrder.slice(0, most - foreignMost));
  // Nobody else's id stands in the picture without its link.
  const beside = new Set(edges.filter((edge) => chosenOwn.has(edge.a) || chosenOwn.has(edge.b)).flatMap((edge) => [edge.a, edge.b]));
  const chosenForeign = foreignOrder.filter((profile) => beside.has(profile)).slice(0, foreignMost);
  const chosen = [...chosenOwn, ...chosenForeign];
  const shown = new Set(chosen);
  const role = (profile: number): GraphNode['role'] => {
    if (profile === asked) return 'asked';
    if (profile === compared) return 'compared';
    return own.has(profile) || onPath.includes(profile) ? 'own' : 'foreign';
  };
  const drawn = edges.filter((edge) => shown.has(edge.a) && shown.has(edge.b));
  const nDrawn = drawn.reduce((sum, edge) => sum + edge.parts.reduce((of, part) => of + part.count, 0), 0);
  return {
    nodes: chosen.map((profile) => ({ profile, id: known.get(profile), role: role(profile) })),
    edges: drawn,
    leftOut: {
      ids: Math.max(0, Math.max(answer.ids_total, ownOrder.length) - (most - foreignMost)),
      others: foreignOrder.length - chosenForeign.length,
      links: Math.max(0, answer.links_total - nDrawn),
    },
  };
}

/** Where a way from an id ends. */
function endOf(path: readonly ExplainedLink[], start: number | undefined): number | undefined {
  let at = start;
  for (const [place, link] of path.entries()) {
    // The first id may stand for its twin, whose links these are.
    if (link.a === at) at = link.b;
    else if (link.b === at) at = link.a;
    else at = place === 0 && path[1] !== undefined && [path[1].a, path[1].b].includes(link.a) ? link.a : link.b;
  }
  return path.length === 0 ? undefined : at;
}

/** What is told of other people's ids first: what would have joined them. */
function foreignRank(edge: Edge): number {
  const order = ['cut', 'refused', 'hub', 'owns'];
  const place = order.indexOf(mainPart(edge)?.outcome ?? '');
  return place < 0 ? order.length : place;
}

/** The link between the id that was asked for and the one that it is compared with, if they have one of their own. */
export function directEdge(graph: PersonGraph): Edge | undefined {
  const asked = graph.nodes.find((node) => node.role === 'asked')?.profile;
  const compared = graph.nodes.find((node) => node.role === 'compared')?.profile;
  if (asked === undefined || compared === undefined) return undefined;
  return graph.edges.find((edge) => edge.key === edgeKey(asked, compared));
}

/** How many links of an id are cut. */
export function cutsOf(profile: number, links: readonly ExplainedLink[]): number {
  return new Set(links.filter((link) => link.outcome === 'cut' && (link.a === profile || link.b === profile)).map((link) => edgeKey(link.a, link.b))).size;
}
