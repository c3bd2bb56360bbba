import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { db } from '@/testing/mocks/db';
import { renderApp } from '@/testing/render';

test('keys are told in words; those that hold no more are shown when asked for', async () => {
  const { user, router } = renderApp('/b/qingcha/keys');
  const row = await screen.findByRole('row', { name: /每晚报表/ });
  expect(row).toHaveTextContent('查看资产、趋势、流转和规则');
  expect(screen.getByRole('row', { name: /小程序上报/ })).toHaveTextContent('从未使用');
  expect(screen.queryByRole('row', { name: /旧系统/ })).not.toBeInTheDocument();
  await user.click(screen.getByRole('checkbox', { name: '显示已吊销和过期的' }));
  expect(await screen.findByRole('row', { name: /旧系统/ })).toHaveTextContent('已吊销');
  expect(router.state.location.search).toContain('all=1');
});

test('a key is made after the password was confirmed, and shown once', async () => {
  const { user } = renderApp('/b/qingcha/keys');
  await user.click(await screen.findByRole('button', { name: /新建密钥/ }));
  const dialog = await screen.findByRole('dialog', { name: '新建密钥' });
  await user.type(within(dialog).getByLabelText('名称'), '大屏');
  await user.click(within(dialog).getByRole('checkbox', { name: '查看单个消费者' }));
  await user.click(within(dialog).getByRole('button', { name: '新建密钥' }));
  await user.type(await screen.findByLabelText('你的密码'), 'right-password{Enter}');
  expect(await screen.findByRole<HTMLInputElement>('textbox', { name: '密钥 大屏' })).toHaveProperty('value', expect.stringMatching(/^dbk_a9_/));
  await user.click(screen.getByRole('button', { name: '我已保存' }));
  expect(await screen.findByRole('row', { name: /大屏/ })).toHaveTextContent('查看单个消费者');
  expect(screen.queryByDisplayValue(/dbk_a9_/)).not.toBeInTheDocument();
});

test('a key that sends events comes with a first event to try', async () => {
  const { user } = renderApp('/b/qingcha/keys');
  await user.click(await screen.findByRole('button', { name: /新建密钥/ }));
  const dialog = await screen.findByRole('dialog', { name: '新建密钥' });
  await user.type(within(dialog).getByLabelText('名称'), '网站');
  await user.click(within(dialog).getByRole('radio', { name: '上报行为' }));
  await user.click(within(dialog).getByRole('button', { name: '新建密钥' }));
  await user.type(await screen.findByLabelText('你的密码'), 'right-password{Enter}');
  expect(await screen.findByRole('region', { name: '试发一个事件' })).toHaveTextContent(/curl -u 'dbk_a9_\S+:' http:\/\/localhost\/v1\/track/);
  expect(screen.getByRole('link', { name: /看它有没有进来/ })).toHaveAttribute('href', '/b/qingcha/tracking');
});

test('a key is revoked after a question', async () => {
  const { user } = renderApp('/b/qingcha/keys');
  await user.click(await screen.findByRole('button', { name: '吊销 每晚报表' }));
  const question = await screen.findByRole('dialog', { name: /吊销密钥 每晚报表/ });
  expect(question).toHaveTextContent('无法恢复');
  await user.click(within(question).getByRole('button', { name: '吊销' }));
  await waitFor(() => expect(screen.queryByRole('row', { name: /每晚报表/ })).not.toBeInTheDocument());
});

test('who may not manage keys is told so', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/keys');
  expect(await screen.findByText(/需要的权限:keys.manage/)).toBeInTheDocument();
});
