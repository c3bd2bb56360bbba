import { expect, test } from 'vitest';

import { ratePerSecond, secondsLeft, withSample } from './rate';

test('the rate is that of the last seconds', () => {
  let samples = withSample([], { at: 0, done: 0 });
  expect(ratePerSecond(samples)).toBeUndefined();
  samples = withSample(samples, { at: 1_000, done: 100 });
  expect(ratePerSecond(samples)).toBe(100);
  samples = withSample(samples, { at: 11_000, done: 10_100 });
  // The first sample is out of the window.
  expect(ratePerSecond(samples)).toBe(1_000);
});

test('a new phase begins anew', () => {
  const samples = withSample([{ at: 0, done: 900 }], { at: 1_000, done: 3 });
  expect(samples).toEqual([{ at: 1_000, done: 3 }]);
});

test('what is left needs a rate and a total', () => {
  expect(secondsLeft(10, 50, 100)).toBe(5);
  expect(secondsLeft(0, 50, 100)).toBeUndefined();
  expect(secondsLeft(10, 50, null)).toBeUndefined();
  expect(secondsLeft(10, 100, 100)).toBeUndefined();
});
