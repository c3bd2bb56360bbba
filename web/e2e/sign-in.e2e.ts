import { expect, test } from './support/test';

test('a wrong password is refused, the one-time password has to be changed, then the overview opens', async ({ page, market }) => {
  const once = market.databank.addUser('wang', 'operator', market.brand);
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.getByLabel('用户名').fill(once.username);
  await page.getByLabel('密码').fill('not the password at all');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert')).toContainText('用户名或密码不对');

  await page.getByLabel('密码').fill(once.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByText('这是一次性密码')).toBeVisible();
  await page.getByLabel('当前密码').fill(once.password);
  await page.getByLabel('新密码', { exact: true }).fill('wang keeps seven green lanterns');
  await page.getByLabel('再输一次新密码').fill('wang keeps seven green lanterns');
  await page.getByRole('button', { name: '保存新密码' }).click();
  await expect(page.getByRole('heading', { name: '总览', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/b/${market.brand}/overview`));
});

test('who signs out sees nothing any more', async ({ page, owned }) => {
  await page.goto(`/b/${owned.brand}/overview`);
  await page.getByRole('button', { name: '账户' }).click();
  await page.getByRole('menuitem', { name: '退出登录' }).click();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.goto(`/b/${owned.brand}/assets`);
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});
