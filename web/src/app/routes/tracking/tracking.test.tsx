import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { afterEach, expect, test, vi } from 'vitest';

import { db } from '@/testing/mocks/db';
import { server } from '@/testing/mocks/server';
import { renderApp } from '@/testing/render';

const PAGE = '/b/qingcha/tracking';

afterEach(() => vi.useRealTimers());

test('the page tells what became of the events, by source, and that it adds up', async () => {
  renderApp(PAGE);
  expect(await screen.findByText(/最近 1 小时收到 1,169 个事件,收下 1,160 个,拒收 3 个/)).toBeInTheDocument();
  expect(screen.getByRole('group', { name: '重复' })).toHaveTextContent('4');
  expect(screen.getByRole('group', { name: '等待写入' })).toHaveTextContent('最早的一个来自 2026年11月1日 10:20');
  // The only source that has any: its rejects are those that are counted here.
  expect(within(screen.getByRole('group', { name: '拒收' })).getByRole('link', { name: '看原因' })).toHaveAttribute('href', '/b/qingcha/rejects?source=web');
  const row = within(screen.getByRole('region', { name: '按来源' })).getByRole('row', { name: /web/ });
  expect(row).toHaveTextContent('1,129');
  expect(row).toHaveTextContent('相符');
  expect(within(row).getByRole('link', { name: '看 web 的 3 个拒收' })).toHaveAttribute('href', '/b/qingcha/rejects?source=web');
});

test('a source that does not add up is marked', async () => {
  db.tracking.counts.minute[0] = { ...db.tracking.counts.minute[0]!, received: 130 };
  renderApp(PAGE);
  expect(await screen.findByRole('alert')).toHaveTextContent('对不上:各项之和为 1,129');
});

test('the chart says when most came, and is also a table where a step without events is zero', async () => {
  const { user } = renderApp(PAGE);
  const title = '最多的一分钟是 2026-11-01 10:20,收到 1,002 个';
  expect(await screen.findByText(title)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '看表格' }));
  const rows = within(await screen.findByRole('group', { name: title })).getAllByRole('row');
  const texts = rows.map((row) => row.textContent);
  expect(texts).toContain('2026-11-01 10:2900000');
  expect(texts).toContain('2026-11-01 10:201,0000021,002');
});

test('the range stands in the address', async () => {
  const { user, router } = renderApp(PAGE);
  await user.click(await screen.findByText('最近 30 天'));
  expect(await screen.findByText('最多的一天是 2026-10-31,收到 5,000 个')).toBeInTheDocument();
  expect(router.state.location.search).toBe('?range=month');
  await user.click(screen.getByText('最近 24 小时'));
  expect(await screen.findByText(/最多的一小时是 2026-11-01 10:00/)).toBeInTheDocument();
  expect(router.state.location.search).toBe('?range=day');
});

test('what comes is there a few seconds later; numbers stay where they were when the server is away', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  renderApp(PAGE);
  expect(await screen.findByText(/收到 1,169 个事件/)).toBeInTheDocument();
  const came = { at: '2026-11-01T02:25:00Z', source: 'web', received: 1, accepted: 1, duplicate: 0, rejected: 0, suppressed: 0 };
  db.tracking.counts.minute.push(came);
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(await screen.findByText(/收到 1,170 个事件/)).toBeInTheDocument();
  server.use(http.get('*/api/v1/brands/:brand/tracking/counts', () => new HttpResponse(null, { status: 503 })));
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(await screen.findByText(/暂时刷新不了/)).toBeInTheDocument();
  expect(screen.getByText(/收到 1,170 个事件/)).toBeInTheDocument();
});

test('nothing in the last hour is not nothing at all', async () => {
  db.tracking.counts.minute = [];
  db.tracking.waiting = { events: 0, since: null };
  const { user, router } = renderApp(PAGE);
  expect(await screen.findByText('最近 1 小时没有收到事件')).toBeInTheDocument();
  expect(await screen.findByText('最近 30 天共收到 6,129 个。')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '看最近 30 天' }));
  expect(await screen.findByText(/最多的一天/)).toBeInTheDocument();
  expect(router.state.location.search).toBe('?range=month');
});

test('before the first event the page says how to send one', async () => {
  db.tracking.counts = { minute: [], hour: [], day: [] };
  db.tracking.waiting = { events: 0, since: null };
  const { user } = renderApp(PAGE);
  expect(await screen.findByText('还没有事件进来')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: '去建密钥' })).toHaveAttribute('href', '/b/qingcha/keys');
  expect(screen.getByText(/事件发送到 http:\/\/localhost(:\d+)?。/)).toHaveTextContent('--collect-url');
  expect(screen.getByRole('region', { name: '发送代码:浏览器' })).toHaveTextContent("apiHost: 'localhost/v1', protocol: 'http'");
  await user.click(screen.getByRole('tab', { name: 'curl' }));
  expect(await screen.findByRole('region', { name: '发送代码:curl' })).toHaveTextContent("curl -u 'WRITE_KEY:' http://localhost/v1/track");
  await user.click(screen.getByRole('button', { name: '复制: 发送代码:curl' }));
  expect(await navigator.clipboard.readText()).toContain('http://localhost/v1/track');
});

test('the code sends to the port that events have of their own, or to where the world reaches the server', async () => {
  db.tracking.counts = { minute: [], hour: [], day: [] };
  db.tracking.address = { origin: null, port: 9090 };
  const { unmount } = renderApp(PAGE);
  expect(await screen.findByRole('region', { name: '发送代码:浏览器' })).toHaveTextContent("apiHost: 'localhost:9090/v1', protocol: 'http'");
  unmount();
  db.tracking.address = { origin: 'https://collect.example.com', port: null };
  renderApp(PAGE);
  expect(await screen.findByRole('region', { name: '发送代码:浏览器' })).toHaveTextContent("apiHost: 'collect.example.com/v1' }");
});

test('names and hosts are added and saved', async () => {
  const { user } = renderApp(`${PAGE}?tab=settings`);
  expect(await screen.findByDisplayValue('Quiz Finished')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /添加事件名称/ }));
  await user.type(await screen.findByLabelText('第 2 个事件名称'), 'Try On');
  const behavior = screen.getByRole('combobox', { name: '第 2 个事件的行为' });
  await user.type(behavior, 'Try-On');
  await user.click(await screen.findByTitle('custom:try-on'));
  await user.click(screen.getByRole('button', { name: /添加主机/ }));
  await user.type(await screen.findByLabelText('第 2 个主机'), 'm.example.com');
  await user.click(screen.getByRole('button', { name: /保\s*存/ }));
  await waitFor(() => expect(db.tracking.settings).toEqual({ names: { 'Quiz Finished': 'content_view', 'Try On': 'custom:try-on' }, click_hosts: ['m.example.com', 'shop.example.com'] }));
  // As the server keeps them.
  await waitFor(() => expect(screen.getByLabelText('第 1 个主机')).toHaveValue('m.example.com'));
});

test('what the server refuses stands at its row, and what was typed stays', async () => {
  const { user } = renderApp(`${PAGE}?tab=settings`);
  await user.click(await screen.findByRole('button', { name: /添加主机/ }));
  await user.type(await screen.findByLabelText('第 2 个主机'), 'https://shop');
  await user.click(screen.getByRole('button', { name: /保\s*存/ }));
  expect(await screen.findByText(/must be a host such as shop.example.com/)).toBeInTheDocument();
  expect(screen.getByLabelText('第 2 个主机')).toHaveValue('https://shop');
  expect(db.tracking.settings.click_hosts).toEqual(['shop.example.com']);
});

test('a name that stands in another row is not sent', async () => {
  const { user } = renderApp(`${PAGE}?tab=settings`);
  await user.click(await screen.findByRole('button', { name: /添加事件名称/ }));
  await user.type(await screen.findByLabelText('第 2 个事件名称'), 'quiz_finished');
  await user.click(screen.getByRole('button', { name: /保\s*存/ }));
  expect((await screen.findAllByText(/这个名称已在另一行/)).length).toBeGreaterThan(0);
  expect(db.tracking.settings.names).toEqual({ 'Quiz Finished': 'content_view' });
});

test('who may only look sees the settings and cannot change them', async () => {
  db.signedInAs = 'analyst';
  renderApp(`${PAGE}?tab=settings`);
  expect(await screen.findByText(/只能查看设置/)).toBeInTheDocument();
  expect(screen.getByDisplayValue('Quiz Finished')).toBeDisabled();
  expect(screen.getByRole('button', { name: /保\s*存/ })).toBeDisabled();
});

test('a viewer is told what is missing', async () => {
  db.signedInAs = 'viewer';
  renderApp(PAGE);
  expect(await screen.findByText(/需要的权限:imports.read/)).toBeInTheDocument();
});

test('English says the same', async () => {
  renderApp(`${PAGE}?lang=en`);
  expect(await screen.findByText(/Last hour: 1,169 events received, 1,160 accepted, 3 rejected/)).toBeInTheDocument();
  expect(screen.getByText('Most in one minute: 1,002 (2026-11-01 10:20)')).toBeInTheDocument();
});
