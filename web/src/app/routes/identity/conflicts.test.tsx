import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, test } from 'vitest';

import { conflicts } from '@/testing/fixtures/identity';
import { db } from '@/testing/mocks/db';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

const PAGE = '/b/qingcha/id-conflicts';
const ALL = '*/api/v1/brands/:brand/identity/conflicts';

test('what was not joined is told with its reason, and leads to the explanation', async () => {
  renderApp(`${PAGE}?as_of=2026-10-31`);
  expect(await screen.findByText('有 3 处没有合并')).toBeInTheDocument();
  const rows = within(screen.getByRole('group', { name: 'ID 冲突' }));
  expect(rows.getByRole('row', { name: /这个标识被 1,300 个人或标识共用,不再用来合并。/ })).toBeInTheDocument();
  expect(rows.getByRole('row', { name: /这个标识与 14 个不同的标识\(会员卡号\)相连/ })).toBeInTheDocument();
  const cap = rows.getByRole('row', { name: /某类标识过多.*标识\(手机号\)就会超过上限/ });
  expect(cap).toHaveTextContent('2026年10月5日 18:00');
  expect(within(cap).getByRole('link', { name: '消费者 70002' })).toHaveAttribute('href', '/b/qingcha/consumers/70002?as_of=2026-10-31&profile=70001&with=80123#why');
});

test('one kind can be picked out; the address keeps it', async () => {
  const { user, router } = renderApp(PAGE);
  await user.click(await screen.findByText('共用标识 2'));
  expect(router.state.location.search).toBe('?kind=hub');
  expect(screen.getAllByRole('link', { name: /^消费者 \d/ })).toHaveLength(2);
});

test('of very many the first are listed, which is said', async () => {
  server.use(http.get(ALL, () => HttpResponse.json({ conflicts, total: 12_000, vault_version: 42 })));
  renderApp(PAGE);
  expect(await screen.findByText('只列出前 3 处,共 12,000 处。')).toBeInTheDocument();
});

test('a brand without conflicts says so; who may not see people sees none', async () => {
  server.use(http.get(ALL, () => HttpResponse.json({ conflicts: [], total: 0, vault_version: 42 })));
  const { unmount } = renderApp(PAGE);
  expect(await screen.findByText('没有 ID 冲突')).toBeInTheDocument();
  unmount();
  db.signedInAs = 'viewer';
  renderApp(PAGE);
  expect(await screen.findByText(/需要的权限:consumers.read/)).toBeInTheDocument();
});

test('what was cut by hand is told, and taken back by whoever may', async () => {
  const cut = { code: 'cut', type: null, a: 91_004, b: 80_123, consumer_a: 91_004, consumer_b: 80_123, at: null, met: null };
  server.use(http.get(ALL, () => HttpResponse.json({ conflicts: [cut], total: 1, vault_version: 42 })));
  const sent: unknown[] = [];
  server.use(
    http.post('*/identity/unlink', async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ pairs: 1, vault_version: 43 });
    }),
  );
  const { user, unmount } = renderApp(PAGE);
  expect(await screen.findByRole('row', { name: /人工拆分 有人指出这两个标识不是同一个人/ })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /撤销断开/ }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: '撤销断开' }));
  await waitFor(() => expect(sent).toEqual([{ id: 'profile:91004', from: 'profile:80123', undo: true }]));
  unmount();
  db.signedInAs = 'analyst';
  renderApp(PAGE);
  expect(await screen.findByRole('row', { name: /人工拆分/ })).toBeInTheDocument();
  expect(screen.queryByRole('button', { name: /撤销断开/ })).not.toBeInTheDocument();
});
