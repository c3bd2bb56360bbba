import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { db } from '@/testing/mocks/db';
import { renderApp } from '@/testing/render';

test('entries are told in words, newest first, page by page', async () => {
  const { user } = renderApp('/b/qingcha/audit');
  const table = await screen.findByRole('group', { name: '审计' });
  expect(within(table).getByRole('button', { name: '第 1041 条的详情' })).toBeInTheDocument();
  expect(within(table).getAllByText('保存并切换规则 aipl@2').length).toBeGreaterThan(0);
  expect(within(table).getAllByText('新建品牌 qingcha').length).toBeGreaterThan(0);
  await user.click(screen.getByRole('button', { name: '载入更早的记录' }));
  expect(await screen.findByText('没有更早的记录了。')).toBeInTheDocument();
});

test('filters stand in the address, and are read from it', async () => {
  const { user, router } = renderApp('/b/qingcha/audit?outcome=refused&from=2026-10-30&to=2026-10-31');
  const table = await screen.findByRole('group', { name: '审计' });
  expect(within(table).getAllByText('被拒绝').length).toBeGreaterThan(0);
  expect(within(table).queryByText('完成')).not.toBeInTheDocument();
  await user.type(screen.getByRole('textbox', { name: '操作者' }), 'nobody{Enter}');
  expect(await screen.findByText('没有符合条件的记录。')).toBeInTheDocument();
  expect(router.state.location.search).toContain('actor=nobody');
  await user.click(screen.getByRole('button', { name: '清除筛选' }));
  expect(await screen.findByRole('button', { name: '第 1041 条的详情' })).toBeInTheDocument();
});

test('an entry opens with all that is known of it', async () => {
  const { user } = renderApp('/b/qingcha/audit?action=key.create');
  await user.click(await screen.findByRole('button', { name: '第 1040 条的详情' }));
  const drawer = await screen.findByRole('dialog', { name: '第 1040 条记录' });
  expect(drawer).toHaveTextContent('新建密钥 7');
  expect(drawer).toHaveTextContent('203.0.113.7');
  expect(drawer).toHaveTextContent('["assets.read","imports.read"]');
});

test('the whole installation is read by those who manage it', async () => {
  renderApp('/b/qingcha/audit?scope=all');
  expect(await screen.findByRole('button', { name: '第 1042 条的详情' })).toBeInTheDocument();
  expect(screen.getByRole('columnheader', { name: '品牌' })).toBeInTheDocument();
});

test('who may not read the log is told so', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/audit');
  expect(await screen.findByText(/需要的权限:audit.read/)).toBeInTheDocument();
});
