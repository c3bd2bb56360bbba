import { expect, test } from './support/test';

test('a viewer sees the numbers, not the people and not the rejects', async ({ page, viewed }) => {
  await page.goto(`/b/${viewed.brand}/overview`);
  await expect(page.getByRole('heading', { name: '总览', level: 1 })).toBeVisible();
  for (const closed of ['rejects', 'consumers/1', 'id-conflicts', 'audit', 'keys']) {
    await page.goto(`/b/${viewed.brand}/${closed}`);
    await expect(page.getByText(/权限/).first()).toBeVisible();
  }
});

test('a brand of others looks as if it was not there', async ({ page, viewed }) => {
  await page.goto(`/b/${viewed.empty}/overview`);
  await expect(page.getByRole('heading', { name: '总览', level: 1 })).toBeHidden();
  await expect(page.getByText('新品牌')).toBeHidden();
});
