import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, test } from 'vitest';

import { assetsOn } from '@/testing/fixtures/analysis';
import { db } from '@/testing/mocks/db';
import { problem } from '@/testing/mocks/problem';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

const plain = (element: HTMLElement) => (element.textContent ?? '').replaceAll('\u00a0', ' ');

test('assets answers in a sentence, a bar and two tables', async () => {
  renderApp('/b/qingcha/assets?as_of=2026-10-31');
  expect(await screen.findByText(/链路内共 345.7万 人,其中「认知」最多/)).toBeInTheDocument();
  expect(screen.getByRole('img', { name: /阶段分布: 认知 1,842,310/ })).toBeInTheDocument();
  const metrics = screen.getByRole('group', { name: '资产指标' });
  expect(await within(metrics).findByText('累计消费者')).toBeInTheDocument();
  expect(within(metrics).getByRole('button', { name: '口径: 周增长率' })).toBeInTheDocument();
  expect(screen.getByText(/aipl@2/)).toBeInTheDocument();
});

test('a projected day is marked, an empty one says so', async () => {
  server.use(
    http.get('*/api/v1/brands/:brand/assets', () => {
      const none = assetsOn('qingcha', '2030-01-01');
      return HttpResponse.json({ ...none, total: 0, stages: none.stages.map((each) => ({ ...each, consumers: 0, share: 0 })) });
    }),
  );
  renderApp('/b/qingcha/assets?as_of=2030-01-01');
  expect(await screen.findByText('推演')).toBeInTheDocument();
  expect(screen.getByText('2030-01-01,链路内没有消费者。')).toBeInTheDocument();
});

test('the trend keeps range, view and stages in the address', async () => {
  const { user, router } = renderApp('/b/qingcha/full-link?as_of=2026-10-31');
  expect(await screen.findByText(/2026-10-02 至 2026-10-31,链路内人数由/)).toBeInTheDocument();
  await user.click(screen.getByText('90 天'));
  expect(await screen.findByText(/2026-08-03 至 2026-10-31/)).toBeInTheDocument();
  await user.click(screen.getByText('合图'));
  await user.click(screen.getByRole('checkbox', { name: '认知' }));
  expect(router.state.location.search).toBe('?as_of=2026-10-31&range=90&view=lines&stages=I%2CP%2CL');
  expect(screen.getByRole('img', { name: /兴趣, 购买, 忠诚 的每日人数/ })).toBeInTheDocument();
});

test('a chart can be read as a table', async () => {
  const { user } = renderApp('/b/qingcha/full-link?as_of=2026-10-31');
  await user.click(await screen.findByRole('button', { name: '看表格' }));
  const table = screen.getByRole('group', { name: /^「认知」变化最大/ });
  expect(within(table).getByText('1,842,310')).toBeInTheDocument();
});

test('days without anybody say so', async () => {
  server.use(http.get('*/api/v1/brands/:brand/trend', () => HttpResponse.json({ brand: 'qingcha', rule_set: 'aipl@2', stages: ['A'], days: [{ day: '2001-01-01', A: 0, total: 0 }] })));
  renderApp('/b/qingcha/full-link?from=2001-01-01&to=2001-01-01');
  expect(await screen.findByText(/这段时间没有任何消费者/)).toBeInTheDocument();
});

test('flow leads from a sentence over a cell to people, and keeps them', async () => {
  const { user, router } = renderApp('/b/qingcha/flow?as_of=2026-10-31');
  expect(plain(await screen.findByText(/关系加深率 4.5/))).toContain('2026-10-24 → 2026-10-31');
  expect(await screen.findByText(/还没有选择集/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /认知 到 兴趣/ }));
  expect(router.state.location.search).toContain('cell=A-I');
  const drawer = await screen.findByRole('dialog');
  expect(await within(drawer).findByText('138****0000')).toBeInTheDocument();
  expect(within(drawer).getByRole('link', { name: '80123' })).toHaveAttribute('href', expect.stringContaining('/b/qingcha/consumers/80123'));
  await user.clear(within(drawer).getByRole('textbox', { name: '名称' }));
  await user.type(within(drawer).getByRole('textbox', { name: '名称' }), '本周加深');
  await user.click(within(drawer).getByRole('button', { name: '存为选择集' }));
  const kept = await screen.findByRole('group', { name: '已存选择集' });
  expect(within(kept).getByText('本周加深')).toBeInTheDocument();
  expect(db.selections[0]?.definition).toEqual({ all: [{ flow: { from: ['A'], to: ['I'], between: ['2026-10-24', '2026-10-31'] } }] });
});

test('a name that is taken is refused where it was typed, and stays there', async () => {
  server.use(http.post('*/api/v1/brands/:brand/selections', () => problem(409, 'conflict', 'the name is taken')));
  const { user } = renderApp('/b/qingcha/flow?as_of=2026-10-31&cell=A-I');
  const drawer = await screen.findByRole('dialog');
  await user.click(within(drawer).getByRole('button', { name: '存为选择集' }));
  expect(await within(drawer).findByRole('alert')).toHaveTextContent('the name is taken');
  expect(within(drawer).getByRole('textbox', { name: '名称' })).toHaveValue('认知→兴趣 2026-10-24 至 2026-10-31');
});

test('a viewer sees how many, but neither who nor a way to keep them', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/flow?as_of=2026-10-31&cell=A-I');
  const drawer = await screen.findByRole('dialog');
  expect(drawer).toHaveTextContent('74,639');
  expect(within(drawer).getByText(/需要的权限:consumers.read/)).toBeInTheDocument();
  expect(within(drawer).getByRole('button', { name: '存为选择集' })).toBeDisabled();
  expect(within(drawer).getByText(/当前角色无此权限/)).toBeInTheDocument();
});

test('a kept selection can be deleted', async () => {
  db.selections = [
    {
      id: 1,
      name: '旧选择',
      definition: { all: [{ flow: { from: ['none'], to: ['A'], between: ['2026-10-01', '2026-10-31'] } }] },
      rule_set: 'aipl@2',
      consumers: 12,
      vault_version: 41,
      created_at: '2026-11-01T00:00:00Z',
      created_by: '林悦',
    },
  ];
  const { user } = renderApp('/b/qingcha/flow?as_of=2026-10-31');
  expect(await screen.findByText('链路外 → 认知 · 2026-10-01 → 2026-10-31')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '删除 旧选择' }));
  await user.click(await screen.findByRole('button', { name: '删除' }));
  expect(await screen.findByText(/还没有选择集/)).toBeInTheDocument();
});
