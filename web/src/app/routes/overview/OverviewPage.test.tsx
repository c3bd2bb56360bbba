import { screen, within } from '@testing-library/react';
import { delay, http, HttpResponse } from 'msw';
import { expect, test } from 'vitest';

import { overviewOn } from '@/testing/fixtures/analysis';
import { db } from '@/testing/mocks/db';
import { problem } from '@/testing/mocks/problem';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

const AT = '/b/qingcha/overview?as_of=2026-10-31';
const ROUTE = '*/api/v1/brands/:brand/overview';
const plain = (element: HTMLElement) => (element.textContent ?? '').replaceAll('\u00a0', ' ');

test('the overview says what there is, what moved and why', async () => {
  renderApp(AT);
  expect(await screen.findByText(/与上周相比,链路内净变动/)).toBeInTheDocument();
  const card = screen.getByRole('group', { name: '购买' });
  expect(plain(card)).toContain('41.3万 11.9 %');
  expect(plain(card)).toContain('−0.5 % 较上周');
  const first = screen.getByRole('link', { name: '看这些人: 链路外 → 认知' });
  expect(first).toHaveAttribute('href', '/b/qingcha/flow?as_of=2026-10-31&from=2026-10-24&to=2026-10-31&cell=none-A');
  expect(within(screen.getByRole('region', { name: '最近沉淀' })).getByText('天猫订单')).toBeInTheDocument();
});

test('while it loads, the page has its shape', async () => {
  server.use(http.get(ROUTE, async () => delay('infinite')));
  renderApp(AT);
  expect(await screen.findByRole('heading', { name: '总览' })).toBeInTheDocument();
  expect(screen.getByRole('status', { name: '加载中' })).toBeInTheDocument();
});

test('a brand without data is told the first step', async () => {
  server.use(
    http.get(ROUTE, () => {
      const overview = overviewOn('qingcha', '2026-10-31');
      return HttpResponse.json({
        ...overview,
        assets: { ...overview.assets, total: 0, stages: [], metrics: { active_consumers: 0, cumulative_consumers: 0 } },
        running: [],
        latest_deposits: [],
      });
    }),
  );
  renderApp(AT);
  expect(await screen.findByText(/databank import --brand qingcha/)).toBeInTheDocument();
});

test('a failure names the request and can be tried again', async () => {
  server.use(http.get(ROUTE, () => problem(500, 'internal', 'the answer could not be made'), { once: true }));
  const { user } = renderApp(AT);
  expect(await screen.findByRole('alert')).toHaveTextContent('req-0001');
  await user.click(screen.getByRole('button', { name: '重试' }));
  expect(await screen.findByText(/与上周相比,链路内净变动/)).toBeInTheDocument();
});

test('who may not is told which permission is missing', async () => {
  server.use(http.get(ROUTE, () => problem(403, 'forbidden', 'no')));
  renderApp(AT);
  expect(await screen.findByText(/需要的权限:assets.read/)).toBeInTheDocument();
});

test('unknown metrics are a dash, and a day that is not over is marked', async () => {
  server.use(
    http.get(ROUTE, () => {
      const overview = overviewOn('qingcha', '2026-10-31');
      const metrics = { active_consumers: 1, cumulative_consumers: 1, wow_growth: null, potential_customer_ratio: null, weekly_deepening_rate: null };
      return HttpResponse.json({ ...overview, assets: { ...overview.assets, partial: true, metrics } });
    }),
  );
  renderApp(AT);
  expect(await screen.findByText('当日未完')).toBeInTheDocument();
  expect(screen.getByRole('group', { name: '潜客-客户比' })).toHaveTextContent('—');
});

test('losing the session while at work leads to the sign-in page and remembers the place', async () => {
  const { router, queryClient } = renderApp(AT);
  await screen.findByText(/与上周相比,链路内净变动/);
  db.signedInAs = undefined;
  server.use(http.get(ROUTE, () => problem(401, 'not_signed_in', 'sign in first')));
  await queryClient.invalidateQueries({ queryKey: ['brands', 'qingcha'] });
  expect(await screen.findByLabelText('用户名')).toBeInTheDocument();
  expect(router.state.location.search).toContain('next=');
});

test('the running job is in the header with its progress', async () => {
  const { user } = renderApp(AT);
  await user.click(await screen.findByRole('button', { name: '任务: 1 个任务进行中' }));
  const popover = await screen.findByRole('tooltip');
  expect(popover).toHaveTextContent('1,240,000 / 3,201,000 行');
});
