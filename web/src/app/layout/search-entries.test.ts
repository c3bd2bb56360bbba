import { expect, test } from 'vitest';

import { searchEntries } from './search-entries';

const PAGES = [{ label: '链路流转', path: '/flow' }, { label: 'Overview', path: '/overview' }];

test('pages are found by any part of their name, consumers by number or typed id', () => {
  expect(searchEntries('', PAGES, true)).toHaveLength(2);
  expect(searchEntries('OVER', PAGES, true)).toEqual([{ kind: 'page', label: 'Overview', path: '/overview' }]);
  expect(searchEntries('42', PAGES, true)).toEqual([{ kind: 'number', number: 42 }]);
  expect(searchEntries(' phone:138 ', PAGES, true)).toEqual([{ kind: 'id', id: 'phone:138' }]);
});

test('who may not see consumers is not offered to look for them', () => {
  expect(searchEntries('phone:138', PAGES, false)).toEqual([]);
});
