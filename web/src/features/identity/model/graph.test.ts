import { expect, test } from 'vitest';

import type { ExplainedLink, IdentityExplanation } from '@/api/types';
import { explanation, KNOWN } from '@/testing/fixtures/identity';

import { cutsOf, directEdge, edgesOf, personGraph } from './graph';

const PHONE = KNOWN['phone:13800000000']!;
const USER = KNOWN['user_id:u42']!;
const MAIL = KNOWN['email:family@qq.com']!;

/** A person with many devices, and others who used some of them. */
function crowd(devices: number, others: number): IdentityExplanation {
  const of = (profile: number, type: string) => ({ profile, type, masked: `#${profile}`, stretches: [] });
  const link = (a: number, b: number): ExplainedLink => ({ a, b, at: '2026-10-01T00:00:00Z', outcome: b === 1 ? 'owns' : 'hub', limit: null });
  const places = Array.from({ length: devices }, (_, place) => 100 + place);
  return {
    consumer: 1,
    ids: [of(1, 'phone'), ...places.map((place) => of(place, 'device_id'))],
    ids_total: devices + 1,
    links: [...places.map((place) => link(place, 1)), ...Array.from({ length: others }, (_, place) => link(100, 9_000 + place))],
    links_total: devices + others,
    path: null,
  };
}

test('links of one pair are told together, what says most before', () => {
  const edges = edgesOf(explanation(PHONE, false).links);
  const device = edges.find((edge) => edge.key === '80123-91006');
  expect(device?.parts).toEqual([
    { outcome: 'owns', limit: null, first: '2026-09-03T10:00:00Z', last: '2026-09-03T10:00:00Z', count: 1 },
    { outcome: 'confirms', limit: null, first: '2026-09-04T10:00:00Z', last: '2026-09-05T10:00:00Z', count: 2 },
  ]);
  expect(edges.every((edge) => !edge.isOnPath)).toBe(true);
});

test('the picture has the id asked for, the others of the person, and who else is linked', () => {
  const graph = personGraph(explanation(PHONE, false), 24);
  expect(graph.nodes.map(({ profile, role }) => [profile, role])).toEqual([
    [80_123, 'asked'],
    [91_004, 'own'],
    [91_005, 'own'],
    [91_006, 'own'],
    [70_001, 'foreign'],
    [60_001, 'foreign'],
  ]);
  expect(graph.leftOut).toEqual({ ids: 0, others: 0, links: 0 });
});

test('the way to the other id comes first, in its order', () => {
  const answer = explanation(PHONE, false, USER);
  const graph = personGraph(answer, 24);
  expect(graph.nodes.map((node) => node.role).slice(0, 3)).toEqual(['asked', 'own', 'compared']);
  expect(graph.edges.slice(0, 2).map((edge) => [edge.key, edge.isOnPath])).toEqual([
    ['80123-91004', true],
    ['91004-91005', true],
  ]);
  expect(directEdge(graph)).toBeUndefined();
});

test('an id of another person is known when it was asked for', () => {
  const graph = personGraph(explanation(PHONE, false, MAIL), 24, explanation(MAIL, false));
  const other = graph.nodes.find((node) => node.role === 'compared');
  expect(other?.id?.masked).toBe('f***@qq.com');
  expect(directEdge(graph)?.parts[0]).toMatchObject({ outcome: 'refused', limit: 'phone' });
});

test('of many ids the strongest are drawn, some of the others always, and the rest is counted', () => {
  const graph = personGraph(crowd(300, 40), 60);
  expect(graph.nodes).toHaveLength(60);
  expect(graph.nodes.filter((node) => node.role === 'foreign')).toHaveLength(15);
  expect(graph.leftOut).toEqual({ ids: 301 - 45, others: 25, links: 340 - 44 - 15 });
  const shown = new Set(graph.nodes.map((node) => node.profile));
  expect(graph.edges.every((edge) => shown.has(edge.a) && shown.has(edge.b))).toBe(true);
});

test('nobody else’s id is drawn without the link that it is there for', () => {
  // Of the devices only the first is linked to others, and at most one id of the person is drawn.
  const graph = personGraph(crowd(3, 40), 1);
  expect(graph.nodes.map((node) => node.profile)).toEqual([1]);
  expect(graph.leftOut).toEqual({ ids: 3, others: 40, links: 43 });
});

test('the same answer has the same picture', () => {
  const answer = crowd(80, 30);
  expect(personGraph(structuredClone(answer), 60)).toEqual(personGraph(answer, 60));
});

test('cuts of an id are counted by pairs', () => {
  expect(cutsOf(80_123, explanation(PHONE, true).links)).toBe(1);
  expect(cutsOf(91_006, explanation(PHONE, true).links)).toBe(0);
});
