import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';

import { startI18n } from './i18n';

beforeAll(() => startI18n('en'));

test('an English count takes its word, written out or not', () => {
  const rows = (n: string | number) => i18next.t('rejects.answer', { n, lng: 'en' });
  expect(rows('1')).toBe('1 row waits to be corrected');
  expect(rows(1)).toBe('1 row waits to be corrected');
  expect(rows('0')).toBe('0 rows wait to be corrected');
  expect(rows('1,001')).toBe('1,001 rows wait to be corrected');
  expect(i18next.t('rejects.answer', { n: '1', lng: 'zh' })).toContain('1');
});
