import i18next from 'i18next';
import { expect, test } from 'vitest';

import type { AuditEntry } from '@/api/types';

import { actionName, entryWords } from './words';

const entry = (action: string, target: string | null): AuditEntry => ({
  sequence: 1,
  at: '2026-10-31T10:15:00Z',
  actor: { kind: 'user', name: 'lin' },
  brand: 'qingcha',
  action,
  target,
  outcome: 'done',
  details: {},
  address: null,
});

test('an action that has no words stands as the log writes it', () => {
  expect(actionName('tea.pour', i18next.t)).toBe('tea.pour');
  expect(entryWords(entry('tea.pour', 'cup-2'), i18next.t)).toBe('tea.pour cup-2');
});

test('what was done to a brand names the brand', () => {
  expect(entryWords(entry('brand.add', null), i18next.t)).toContain('qingcha');
});
