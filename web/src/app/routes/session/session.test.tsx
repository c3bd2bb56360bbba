import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, test } from 'vitest';

import { db } from '@/testing/mocks/db';
import { problem } from '@/testing/mocks/problem';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

import { safeNext } from './safe-next';

test('who is not signed in comes to the sign-in page, and from there to the page they wanted', async () => {
  db.signedInAs = undefined;
  const { user, router } = renderApp('/b/qingcha/flow?as_of=2026-10-01');
  await user.type(await screen.findByLabelText('用户名'), 'lin');
  await user.type(screen.getByLabelText('密码'), 'wrong');
  await user.click(screen.getByRole('button', { name: '登录' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('用户名或密码不对');
  // What was typed is kept.
  expect(screen.getByLabelText('用户名')).toHaveValue('lin');
  await user.clear(screen.getByLabelText('密码'));
  await user.type(screen.getByLabelText('密码'), 'right-password{Enter}');
  await screen.findByRole('navigation', { name: '主导航' });
  expect(router.state.location.pathname + router.state.location.search).toBe('/b/qingcha/flow?as_of=2026-10-01');
});

test('too many attempts say when to try again', async () => {
  db.signedInAs = undefined;
  server.use(http.post('*/api/v1/session', () => problem(429, 'too_many_requests', 'slow down', { 'retry-after': '37' })));
  const { user } = renderApp('/sign-in');
  await user.type(await screen.findByLabelText('用户名'), 'lin');
  await user.type(screen.getByLabelText('密码'), 'x{Enter}');
  expect(await screen.findByRole('alert')).toHaveTextContent('37 秒');
});

test('a one-time password must be changed before anything else', async () => {
  db.signedInAs = 'new';
  const { user, router } = renderApp('/b/qingcha/overview');
  expect(await screen.findByText(/这是一次性密码/)).toBeInTheDocument();
  await user.type(screen.getByLabelText('当前密码'), 'one-time-password');
  await user.type(screen.getByLabelText('新密码'), 'a new long password');
  await user.type(screen.getByLabelText('再输一次新密码'), 'another password');
  await user.click(screen.getByRole('button', { name: '保存新密码' }));
  expect(await screen.findByText('两次输入不一致')).toBeInTheDocument();
  await user.clear(screen.getByLabelText('再输一次新密码'));
  await user.type(screen.getByLabelText('再输一次新密码'), 'a new long password');
  await user.click(screen.getByRole('button', { name: '保存新密码' }));
  await screen.findByRole('navigation', { name: '主导航' });
  expect(router.state.location.pathname).toBe('/b/qingcha/overview');
});

test('signing out ends at the sign-in page', async () => {
  const { user } = renderApp('/b/qingcha/nowhere');
  await user.click(await screen.findByRole('button', { name: /账户/ }));
  await user.click(await screen.findByText('退出登录'));
  expect(await screen.findByLabelText('用户名')).toBeInTheDocument();
  expect(db.signedInAs).toBeUndefined();
});

test('a brand that one may not see looks like one that is not there', async () => {
  renderApp('/b/secret/overview');
  expect(await screen.findByText('没有这个页面')).toBeInTheDocument();
});

test('without a brand the first step is taught', async () => {
  server.use(http.get('*/api/v1/brands', () => HttpResponse.json({ items: [], next_page: null })));
  renderApp('/');
  expect(await screen.findByText(/databank brand add/)).toBeInTheDocument();
});

test('the language is taken from the address and written there', async () => {
  const { user, router } = renderApp('/b/qingcha/nowhere?lang=en&as_of=2026-10-01');
  await user.click(await screen.findByRole('button', { name: '中文' }));
  expect(await screen.findByRole('navigation', { name: '主导航' })).toBeInTheDocument();
  expect(router.state.location.search).toContain('lang=zh');
  expect(router.state.location.search).toContain('as_of=2026-10-01');
});

test('search finds a consumer by id without putting the id into an address', async () => {
  const { user, router } = renderApp('/b/qingcha/nowhere');
  await screen.findByRole('navigation', { name: '主导航' });
  await user.keyboard('{Control>}k{/Control}');
  const box = await screen.findByRole('combobox', { name: /搜索页面/ });
  await user.type(box, 'phone:13900000000{Enter}');
  expect(await screen.findByText(/没有这个标识的消费者/)).toBeInTheDocument();
  await user.clear(box);
  await user.type(box, 'phone:13800000000{Enter}');
  await screen.findByText('没有这个页面');
  await expect.poll(() => router.state.location.pathname).toBe('/b/qingcha/consumers/80123');
});

test('only addresses of ours are gone to after signing in', () => {
  expect(safeNext('/b/x/flow?lang=en')).toBe('/b/x/flow?lang=en');
  expect(['//evil.example', 'https://evil.example', '/\\evil.example', null, '/sign-in'].map(safeNext)).toEqual(['/', '/', '/', '/', '/']);
});
