import { expect, test } from 'vitest';

import type { IdentityExplanation } from '@/api/types';
import { explanation, KNOWN } from '@/testing/fixtures/identity';

import { personGraph } from './graph';
import type { Layout } from './layout';
import { boxBeside, layoutOf } from './layout';

const PHONE = KNOWN['phone:13800000000']!;
const USER = KNOWN['user_id:u42']!;

function star(devices: number): IdentityExplanation {
  const places = Array.from({ length: devices }, (_, place) => 100 + place);
  return {
    consumer: 1,
    ids: [1, ...places].map((profile) => ({ profile, type: profile === 1 ? 'phone' : 'device_id', masked: null, stretches: [] })),
    ids_total: devices + 1,
    links: places.map((place) => ({ a: place, b: 1, at: '2026-10-01T00:00:00Z', outcome: 'owns', limit: null })),
    links_total: devices,
    path: null,
  };
}

function overlaps({ nodes, measures: { width, height } }: Layout): number {
  return nodes.filter((one, place) => nodes.slice(place + 1).some((other) => Math.abs(one.x - other.x) < width && Math.abs(one.y - other.y) < height)).length;
}

const columnOf = (layout: Layout, profile: number) => [...new Set(layout.nodes.map((node) => node.x))].sort((one, other) => one - other).indexOf(layout.nodes.find((node) => node.profile === profile)?.x ?? -1);

test('columns tell how many links lead to an id; others stand beside what they are linked with', () => {
  const layout = layoutOf(personGraph(explanation(PHONE, false), 24), false);
  expect([80_123, 91_004, 91_006, 70_001, 91_005, 60_001].map((profile) => columnOf(layout, profile))).toEqual([0, 1, 1, 1, 2, 2]);
  expect(layout.lines).toHaveLength(5);
});

test('the way to the other id is above', () => {
  const layout = layoutOf(personGraph(explanation(PHONE, false, USER), 24), false);
  const above = (profile: number) => {
    const node = layout.nodes.find((each) => each.profile === profile);
    return layout.nodes.every((each) => each.x !== node?.x || each.y >= node.y);
  };
  expect([80_123, 91_004, 91_005].every(above)).toBe(true);
});

test('no two boxes overlap, and all are inside, also of many and on a phone', () => {
  for (const isNarrow of [false, true]) {
    for (const devices of [0, 3, 40, 300]) {
      const layout = layoutOf(personGraph(star(devices), 60), isNarrow);
      expect(overlaps(layout)).toBe(0);
      const { width, height } = layout.measures;
      expect(layout.nodes.every((node) => node.x >= 0 && node.y >= 0 && node.x + width <= layout.width && node.y + height <= layout.height)).toBe(true);
    }
  }
});

test('what surrounds one id stands at both of its sides, and on a phone below each other', () => {
  const graph = personGraph(star(40), 60);
  expect(columnOf(layoutOf(graph, false), 1)).toBe(1);
  expect(columnOf(layoutOf(graph, true), 1)).toBe(0);
});

test('the same answer is drawn the same', () => {
  const draw = () => layoutOf(personGraph(explanation(PHONE, false, USER), 24), false);
  expect(draw()).toEqual(draw());
});

test('ids without any link, and a digest that has its links elsewhere, are drawn all the same', () => {
  const lone = { ...star(3), ids: [{ profile: 7, type: 'phone_md5', masked: null, stretches: [] }, ...star(3).ids], ids_total: 5 };
  const layout = layoutOf(personGraph(lone, 24), false);
  expect(layout.nodes).toHaveLength(5);
  expect([7, 1, 100].map((profile) => columnOf(layout, profile))).toEqual([0, 0, 1]);
});

test('arrow keys lead to the nearest box', () => {
  const { nodes } = layoutOf(personGraph(explanation(PHONE, false), 24), false);
  const right = boxBeside(nodes, 80_123, 'ArrowRight');
  expect([91_004, 91_006, 70_001]).toContain(right);
  expect(boxBeside(nodes, right ?? 0, 'ArrowLeft')).toBe(80_123);
  expect(boxBeside(nodes, 80_123, 'ArrowLeft')).toBeUndefined();
  expect(boxBeside(nodes, 80_123, 'ArrowUp')).toBeUndefined();
  const top = nodes.filter((node) => columnOf({ nodes } as Layout, node.profile) === 1).sort((one, other) => one.y - other.y);
  expect(boxBeside(nodes, top[0]?.profile ?? 0, 'ArrowDown')).toBe(top[1]?.profile);
  expect(boxBeside(nodes, 80_123, 'Enter')).toBeUndefined();
});
