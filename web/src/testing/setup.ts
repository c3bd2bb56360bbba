import '@testing-library/jest-dom/vitest';

import { cleanup, configure } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';

import { startI18n } from '@/lib/i18n/i18n';

import { resetDb } from './mocks/db';
import { server } from './mocks/server';

// jsdom has no canvas: charts are drawn into nothing, and their options are tested as they are.
vi.mock('@/charts/echarts', () => ({
  init: () => ({ setOption: vi.fn(), on: vi.fn(), resize: vi.fn(), dispose: vi.fn(), getDataURL: () => 'data:image/png;base64,' }),
}));

vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
  addListener: () => undefined,
  removeListener: () => undefined,
}));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
// No style sheet decides what these tests look for, and jsdom goes through all of Ant Design's for every element that it is
// asked about: what an element itself says is enough.
window.getComputedStyle = (element) => (element as HTMLElement).style;

startI18n('zh');
// A busy machine draws slowly; what never comes is still waited for only this long.
configure({ asyncUtilTimeout: 20_000 });
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  localStorage.clear();
  localStorage.setItem('databank.language', 'zh');
  resetDb();
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
