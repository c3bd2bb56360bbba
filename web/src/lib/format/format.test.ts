import { describe, expect, test } from 'vitest';

import { createFormat } from './format';

const zh = createFormat('zh');
const en = createFormat('en');
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('counts', () => {
  test.each([
    [0, '0', '0'],
    [99_999, '99,999', '99,999'],
    [100_000, '10.0万', '100K'],
    [345_678, '34.6万', '346K'],
    [999_600, '100.0万', '1.00M'],
    [34_567_000, '3,456.7万', '34.6M'],
    [128_000_000, '1.28亿', '128M'],
    [-345_678, '−34.6万', '−346K'],
  ])('%d', (value, inZh, inEn) => {
    expect(zh.count(value)).toBe(inZh);
    expect(en.count(value)).toBe(inEn);
  });

  test('unknown, hidden and zero never look alike', () => {
    expect([null, undefined, Number.NaN].map(en.count)).toEqual(['—', '—', '—']);
    expect(plain(en.count({ below: 50 }))).toBe('< 50');
    expect(en.count(0)).toBe('0');
  });

  test('the exact number keeps every digit', () => {
    expect(zh.exact(128_000_001)).toBe('128,000,001');
  });

  test('a change has a sign, and none when nothing changed', () => {
    expect(zh.change(345_678)).toBe('+34.6万');
    expect(en.change(-12)).toBe('−12');
    expect(en.change(0)).toBe('0');
  });
});

test('rates go to a tenth of a point', () => {
  expect(plain(zh.rate(0.018))).toBe('1.8 %');
  expect(plain(zh.rate(0))).toBe('0.0 %');
  expect(zh.rate(null)).toBe('—');
  expect(plain(zh.relative(0.032))).toBe('+3.2 %');
  expect(plain(zh.relative(-0.0001))).toBe('0.0 %');
  expect(plain(zh.points(0.003))).toBe('+0.3 pp');
  expect(plain(en.ratio(3.24))).toBe('3.2 : 1');
});

test('money is written in its currency, with the minor units that it has', () => {
  expect(zh.money({ minor: 129_900, currency: 'CNY' })).toBe('¥1,299.00');
  expect(en.money({ minor: 1299, currency: 'JPY' })).toBe('¥1,299');
  expect(en.money(null)).toBe('—');
});

test('an instant is told in the zone that is asked for', () => {
  expect(zh.instant('2026-03-01T00:00:00Z', 'Asia/Shanghai')).toBe('2026年3月1日 08:00');
  expect(zh.instant('2026-03-01T00:00:00Z', 'America/New_York')).toBe('2026年2月28日 19:00');
  expect(zh.instant('never', 'UTC')).toBe('—');
});
