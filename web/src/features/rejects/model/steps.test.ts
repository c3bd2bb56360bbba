import { expect, test } from 'vitest';

import { moved, pointerOf, problemsOf, stepsOf, typedStep, valueOf } from './steps';

test('a field is told as a place in the event', () => {
  expect(pointerOf('properties.total')).toBe('/properties/total');
  expect(pointerOf('timestamp')).toBe('/timestamp');
  expect(pointerOf('properties.products.0.price')).toBe('/properties/products/*/price');
  expect(pointerOf('properties.a/b~c')).toBe('/properties/a~1b~0c');
});

test('a value is JSON where it can be, else a text', () => {
  expect(valueOf('12')).toBe(12);
  expect(valueOf('"12"')).toBe('12');
  expect(valueOf('{"a":[1]}')).toEqual({ a: [1] });
  expect(valueOf('null')).toBeNull();
  expect(valueOf('U-12')).toBe('U-12');
  expect(valueOf('')).toBe('');
});

test('a step is sent with what its operation needs, and nothing else', () => {
  const typed = { path: ' /a ', to: '/b', value: '1', find: ',', with: '' };
  const sent = (op: 'set' | 'remove' | 'move' | 'replace' | 'to_number' | 'to_text') => stepsOf([typedStep(1, { ...typed, op })])[0];
  expect(sent('set')).toEqual({ op: 'set', path: '/a', value: 1 });
  expect(sent('remove')).toEqual({ op: 'remove', path: '/a' });
  expect(sent('move')).toEqual({ op: 'move', path: '/a', to: '/b' });
  expect(sent('replace')).toEqual({ op: 'replace', path: '/a', find: ',', with: '' });
  expect(sent('to_number')).toEqual({ op: 'to_number', path: '/a' });
  expect(sent('to_text')).toEqual({ op: 'to_text', path: '/a' });
});

test('what a step lacks is told by its field', () => {
  expect(problemsOf(typedStep(1))).toEqual({ path: 'required', find: 'required' });
  expect(problemsOf(typedStep(1, { op: 'to_number', path: 'properties.total' }))).toEqual({ path: 'no_pointer' });
  expect(problemsOf(typedStep(1, { op: 'move', path: '/a/*/b' }))).toEqual({ path: 'many', to: 'required' });
  expect(problemsOf(typedStep(1, { op: 'set', path: '/a/*/b' }))).toEqual({});
});

test('steps change places', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
});
