import { act, screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, expect, test, vi } from 'vitest';

import { consumerEvents } from '@/testing/fixtures/consumers';
import { db } from '@/testing/mocks/db';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

afterEach(() => vi.useRealTimers());

test('a consumer is found by an id of a type, which stays out of the address', async () => {
  const { user, router } = renderApp('/b/qingcha/consumers');
  await user.type(await screen.findByLabelText('标识'), '13900000000{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('没有这个标识的消费者');
  await user.clear(screen.getByLabelText('标识'));
  await user.type(screen.getByLabelText('标识'), '13800000000{Enter}');
  expect(await screen.findByRole('heading', { name: '消费者 80123' })).toBeInTheDocument();
  expect(router.state.location.pathname).toBe('/b/qingcha/consumers/80123');
  expect(router.state.location.search).not.toContain('138');
});

test('the record tells the stage of the day, masked ids, attributes and sums', async () => {
  renderApp('/b/qingcha/consumers/80123?as_of=2026-10-31');
  expect(await screen.findByText('自 2026-08-02 起处于该阶段')).toBeInTheDocument();
  expect(screen.getByText('若无新行为,将于 2028-08-01 离开该阶段')).toBeInTheDocument();
  expect(within(screen.getByRole('list', { name: '标识' })).getByText('138****0000')).toBeInTheDocument();
  expect(within(screen.getByRole('region', { name: '属性' })).getByText('杭州')).toBeInTheDocument();
  // Midnight in London is eight in the morning where the brand is.
  expect(screen.getByText('2026年3月1日 08:00')).toBeInTheDocument();
  expect(screen.getByText('¥459.80')).toBeInTheDocument();
});

test('another day has another stage; stages over time are also a table', async () => {
  const { user } = renderApp('/b/qingcha/consumers/80123?as_of=2026-06-01');
  expect(await screen.findByText('当前不在链路内')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '看表格' }));
  const table = await screen.findByRole('group', { name: '80123 号消费者当前不在链路内' });
  const rows = within(table).getAllByRole('row').map((row) => row.textContent);
  expect(rows).toContain('购买2026-08-022026-10-3191已发生');
  expect(rows).toContain('购买2026-11-012028-07-31639推演');
});

test('events come by day, page by page, and one kind can be picked out', async () => {
  const { user, router } = renderApp('/b/qingcha/consumers/80123');
  expect(await screen.findByText('2026-10-29,3 条')).toBeInTheDocument();
  expect(screen.getByText('已载入 50 / 63 条')).toBeInTheDocument();
  expect(screen.getAllByText('¥229.90').length).toBeGreaterThan(0);
  await user.click(screen.getByRole('button', { name: '载入更早的行为' }));
  expect(await screen.findByText(/已载入 63 \/ 63 条/)).toHaveTextContent('没有更早的行为了');
  await router.navigate('/b/qingcha/consumers/80123?behavior=purchase');
  expect(await screen.findByText(/已载入的 63 \/ 63 条中有 9 条/)).toBeInTheDocument();
  expect(screen.queryByText('看内容')).not.toBeInTheDocument();
});

test('an event that comes is there a few seconds later; pages that were loaded stay', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const { user } = renderApp('/b/qingcha/consumers/80123');
  await user.click(await screen.findByRole('button', { name: '载入更早的行为' }));
  expect(await screen.findByText(/已载入 63 \/ 63 条/)).toBeInTheDocument();
  const [opened] = screen.getAllByText('更多属性');
  await user.click(opened!);
  const [newest] = consumerEvents;
  consumerEvents.unshift({ ...newest!, ts: '2026-10-29T13:00:00Z', behavior: 'review', source: 'web' });
  try {
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(await screen.findByText(/已载入 64 \/ 64 条/)).toBeInTheDocument();
    expect(screen.getByText('评价')).toBeInTheDocument();
    expect(screen.getByText('2026-10-29,4 条')).toBeInTheDocument();
    // The same line is still open, one further down.
    expect(screen.getAllByText('更多属性')[0]?.closest('details')).toBe(opened?.closest('details'));
  } finally {
    consumerEvents.shift();
  }
});

test('a number that is nobody has its own page; so has the lack of a permission', async () => {
  renderApp('/b/qingcha/consumers/999');
  expect(await screen.findByText('没有这位消费者')).toBeInTheDocument();
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/consumers/80123');
  expect(await screen.findByText(/需要的权限:consumers.read/)).toBeInTheDocument();
});

test('who was never in the chain has no chart but a sentence', async () => {
  server.use(
    http.get('*/api/v1/brands/:brand/consumers/5', () =>
      HttpResponse.json({ consumer: 5, ids: [], attributes: [], stage: null, rule_set: 'aipl@2', history: [], vault_version: 42, totals: { events: 0, first_day: null, last_day: null, amounts: [] } }),
    ),
    http.get('*/api/v1/brands/:brand/consumers/5/events', () => HttpResponse.json({ items: [], next_page: null })),
  );
  renderApp('/b/qingcha/consumers/5');
  expect(await screen.findByText('这位消费者从未进入链路。')).toBeInTheDocument();
  expect(await screen.findByText('没有行为记录。')).toBeInTheDocument();
});
