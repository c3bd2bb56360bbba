import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { FetchEventSource } from '@/testing/event-source';
import { fileOf } from '@/testing/file';
import { db } from '@/testing/mocks/db';
import { renderApp } from '@/testing/render';

beforeEach(() => vi.stubGlobal('EventSource', FetchEventSource));

test('rows are told with place, reason in words, field and message; the row itself is beside', async () => {
  const { user } = renderApp('/b/qingcha/rejects');
  expect(await screen.findByText('5 行等待修复')).toBeInTheDocument();
  const row = (await screen.findByText('orders-2026-10.csv:148')).closest('tr');
  expect(row).toHaveTextContent('时间看不懂');
  expect(row).toHaveTextContent('ts');
  expect(row).toHaveTextContent('write 2026-11-22 05:00:00');
  await user.click(screen.getByRole('button', { name: '查看行 orders-2026-10.csv:148' }));
  const drawer = await screen.findByRole('dialog');
  expect(drawer).toHaveTextContent('13800000009');
  expect(drawer).toHaveTextContent('怎么改');
  await user.click(within(drawer).getByRole('button', { name: '只看这个文件' }));
  expect(await screen.findByText(/符合条件的有 4 行/)).toBeInTheDocument();
});

test('a line that could not be read is shown as it was', async () => {
  const { user } = renderApp('/b/qingcha/rejects?code=ragged_row');
  await user.click(await screen.findByRole('button', { name: /查看行/ }));
  expect(await screen.findByRole('dialog')).toHaveTextContent('A77,2026-10-31 10:00:00,13800000077,T-01,茶, 59.00');
});

test('a tracked event is shown line by line, and one that was cut says so', async () => {
  const [first] = db.intake.rejects;
  if (first === undefined) throw new Error('there are rejects');
  const tracked = { ...first, source: 'web', file: null, line: null, code: 'size_violation' };
  db.intake.rejects = [
    { ...tracked, id: 't1', row: { _event: '{"type":"track","event":"买","id":12345678901234567890}', _call: 'batch' } },
    { ...tracked, id: 't2', row: { _event: '{"type":"track","text":"很长', _call: 'track', _cut: true } },
  ];
  const { user } = renderApp('/b/qingcha/rejects');
  const [whole, cut] = await screen.findAllByRole('button', { name: /查看行/ });
  await user.click(whole!);
  const event = within(await screen.findByRole('dialog')).getByRole('region', { name: '收到的事件' });
  expect(event.querySelector('pre')?.textContent).toBe('{\n  "type": "track",\n  "event": "买",\n  "id": 12345678901234567890\n}');
  expect(event).not.toHaveTextContent('只保留了开头');
  await user.click(cut!);
  await waitFor(() => expect(screen.getByRole('region', { name: '收到的事件' })).toHaveTextContent('只保留了开头'));
  expect(screen.getByRole('region', { name: '收到的事件' }).querySelector('pre')?.textContent).toBe('{"type":"track","text":"很长');
});

test('bars and fields filter by the address, and the download follows', async () => {
  const { user, router } = renderApp('/b/qingcha/rejects');
  const bars = await screen.findByRole('list', { name: '按原因' });
  await user.click(within(bars).getByRole('button', { name: /缺少用户标识/ }));
  expect(await screen.findByText('符合条件的有 2 行,共 5 行等待修复')).toBeInTheDocument();
  expect(router.state.location.search).toBe('?code=no_identity');
  expect(screen.getByRole('link', { name: /下载 CSV/ })).toHaveAttribute('href', '/api/v1/brands/qingcha/rejects/export?format=csv&code=no_identity');
  await user.click(screen.getByRole('button', { name: '清除筛选' }));
  await user.type(screen.getByLabelText('文字'), 'spreadsheet');
  expect(await screen.findByText('符合条件的有 1 行,共 5 行等待修复')).toBeInTheDocument();
  expect(router.state.location.search).toBe('?q=spreadsheet');
  expect(screen.getByLabelText('文字')).toHaveValue('spreadsheet');
  await user.click(screen.getByRole('button', { name: '清除筛选' }));
  expect(await screen.findByText('5 行等待修复')).toBeInTheDocument();
  expect(screen.getByLabelText('文字')).toHaveValue('');
});

test('a corrected file comes back, and what is left is counted', async () => {
  const { user, router } = renderApp('/b/qingcha/rejects');
  const corrected = fileOf('corrected.csv', '_reject,id.phone,amount\nr1,13800000002,128.00\nr2,13800000022,42.00\nr3,,1');
  await user.upload(await screen.findByLabelText('选择文件'), corrected);
  await waitFor(() => expect(screen.getByRole('button', { name: '导入改好的行' })).toBeEnabled());
  await user.click(screen.getByRole('button', { name: '导入改好的行' }));
  expect(await screen.findByText('还剩 3 行等待修复')).toBeInTheDocument();
  expect(screen.getByText('2 行已修复')).toBeInTheDocument();
  expect(screen.getByText('1 行仍不对,保留在下面')).toBeInTheDocument();
  expect(router.state.location.search).toContain('job=');
});

test('when the last row is repaired the page says so', async () => {
  db.intake.rejects = db.intake.rejects.slice(0, 1);
  const { user } = renderApp('/b/qingcha/rejects');
  await user.upload(await screen.findByLabelText('选择文件'), fileOf('corrected.csv', '_reject,id.phone\nr1,13800000002'));
  await waitFor(() => expect(screen.getByRole('button', { name: '导入改好的行' })).toBeEnabled());
  await user.click(screen.getByRole('button', { name: '导入改好的行' }));
  expect(await screen.findByText('全部修好了')).toBeInTheDocument();
  expect(await screen.findByText('没有拒收的行')).toBeInTheDocument();
});

test('without rejects the page says what would be here', async () => {
  db.intake.rejects = [];
  renderApp('/b/qingcha/rejects');
  expect(await screen.findByText('没有拒收的行')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: '去导入' })).toBeInTheDocument();
});

test('an analyst sees the summary only', async () => {
  db.signedInAs = 'analyst';
  renderApp('/b/qingcha/rejects');
  expect(await screen.findByText(/只能看汇总/)).toBeInTheDocument();
  expect(screen.getByRole('list', { name: '按原因' })).toHaveTextContent('缺少用户标识');
  expect(screen.queryByRole('button', { name: /缺少用户标识/ })).not.toBeInTheDocument();
  expect(screen.queryByRole('link', { name: /下载/ })).not.toBeInTheDocument();
  expect(screen.queryByLabelText('选择文件')).not.toBeInTheDocument();
});

test('a viewer is told what is missing', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/rejects');
  expect(await screen.findByText(/rejects.summary/)).toBeInTheDocument();
});

test('English says the same', async () => {
  renderApp('/b/qingcha/rejects?lang=en');
  expect(await screen.findByText('5 rows wait to be corrected')).toBeInTheDocument();
  expect(screen.getByRole('list', { name: 'By reason' })).toHaveTextContent('no id of a person');
});
