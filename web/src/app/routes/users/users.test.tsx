import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';

import { db } from '@/testing/mocks/db';
import { renderApp } from '@/testing/render';

test('adding a user asks for the password once more, then shows a password once', async () => {
  const { user } = renderApp('/b/qingcha/users');
  await user.click(await screen.findByRole('button', { name: /新建用户/ }));
  const dialog = await screen.findByRole('dialog', { name: '新建用户' });
  await user.type(within(dialog).getByLabelText('用户名'), 'chen');
  await user.click(within(dialog).getByRole('button', { name: /增加授权/ }));
  await user.click(within(dialog).getByRole('button', { name: '新建用户' }));
  await user.type(await screen.findByLabelText('你的密码'), 'wrong{Enter}');
  expect(await screen.findByText('密码不对,请重试。')).toBeInTheDocument();
  await user.clear(screen.getByLabelText('你的密码'));
  await user.type(screen.getByLabelText('你的密码'), 'right-password{Enter}');
  expect(await screen.findByRole('textbox', { name: 'chen 的一次性密码' })).toHaveValue('q7Wd-2kXn-9TzL-bM4f');
  await user.click(screen.getByRole('button', { name: '我已保存' }));
  expect(screen.queryByDisplayValue('q7Wd-2kXn-9TzL-bM4f')).not.toBeInTheDocument();
  const row = await screen.findByRole('row', { name: /chen/ });
  expect(row).toHaveTextContent('青茶集 · 访客');
});

test('giving up the confirmation does nothing and keeps what was typed', async () => {
  const { user } = renderApp('/b/qingcha/users');
  await user.click(await screen.findByRole('button', { name: /新建用户/ }));
  await user.type(await screen.findByLabelText('用户名'), 'chen');
  await user.click(within(screen.getByRole('dialog', { name: '新建用户' })).getByRole('button', { name: '新建用户' }));
  const confirm = await screen.findByRole('dialog', { name: '再次确认密码' });
  await user.click(within(confirm).getByRole('button', { name: '取消' }));
  expect(await screen.findByText('没有确认密码,操作没有执行。')).toBeInTheDocument();
  expect(screen.getByLabelText('用户名')).toHaveValue('chen');
});

test('a user is disabled after a question that says what it does', async () => {
  const { user } = renderApp('/b/qingcha/users');
  await user.click(await screen.findByRole('button', { name: '操作: wei' }));
  await user.click(await screen.findByText('停用'));
  const question = await screen.findByRole('dialog', { name: /停用 wei/ });
  expect(question).toHaveTextContent('立即退出其所有登录');
  await user.click(within(question).getByRole('button', { name: '停用' }));
  await user.type(await screen.findByLabelText('你的密码'), 'right-password{Enter}');
  await waitFor(() => expect(screen.getByRole('row', { name: /韦明/ })).toHaveTextContent('已停用'));
});

test('an owner sets and removes members; inherited roles stay', async () => {
  const { user } = renderApp('/b/qingcha/users?tab=members');
  expect(await screen.findByRole('button', { name: '移除: lin' })).toBeDisabled();
  await user.type(screen.getByLabelText('用户名'), 'nobody{Enter}');
  await user.type(await screen.findByLabelText('你的密码'), 'right-password{Enter}');
  expect(await screen.findByText(/没有这个用户名/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: '移除: wei' }));
  await user.click(within(await screen.findByRole('dialog', { name: /移除 wei/ })).getByRole('button', { name: '移除' }));
  await waitFor(() => expect(screen.queryByRole('row', { name: /韦明/ })).not.toBeInTheDocument());
});

test('who manages nobody is told so', async () => {
  db.signedInAs = 'viewer';
  renderApp('/b/qingcha/users');
  expect(await screen.findByText(/需要的权限:members.manage/)).toBeInTheDocument();
});
