import { expect, test } from 'vitest';

import type { Scheme } from './stages';
import { moveKind, OUTSIDE_CODE, stageColor } from './stages';

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const PAGE: Record<Scheme, string> = { light: '#ffffff', dark: '#141414' };
const SIX = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6'];

test.each(['light', 'dark'] as const)('lines and texts in stage colors can be told from a %s page', (scheme) => {
  for (const code of [...SIX, OUTSIDE_CODE]) {
    const color = stageColor(code, SIX, scheme);
    expect(contrast(color.stroke, PAGE[scheme]), `${code} stroke`).toBeGreaterThanOrEqual(3);
    expect(contrast(color.ink, PAGE[scheme]), `${code} ink`).toBeGreaterThanOrEqual(4.5);
  }
});

test('AIPL keeps its colors even when a rule set lacks a stage', () => {
  expect(stageColor('P', ['A', 'P'], 'light').fill).toBe('#F6BD16');
  expect(stageColor('A2', ['A1', 'A2'], 'light').fill).toBe('#5AD8A6');
});

test('a move is named by the depth of its stages', () => {
  const codes = ['A', 'I', 'P', 'L'];
  expect(moveKind('none', 'A', codes)).toBe('new');
  expect(moveKind('A', 'P', codes)).toBe('deepened');
  expect(moveKind('P', 'P', codes)).toBe('kept');
  expect(moveKind('L', 'P', codes)).toBe('fell_back');
  expect(moveKind('L', 'none', codes)).toBe('lost');
});
