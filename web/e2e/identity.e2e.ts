import { expect, MEI, test } from './support/test';

interface Explained {
  ids_total: number;
  links: { outcome: string }[];
}

test('from a conflict to why the ids are one person', async ({ page, owned }) => {
  await page.goto(`/b/${owned.linked}/id-conflicts`);
  const cap = page.getByRole('row', { name: /某类标识过多/ });
  await expect(cap).toHaveCount(1);
  await expect(page.getByRole('row', { name: /共用标识/ })).toHaveCount(1);
  // Which of the two ids stands first depends on the brand's key.
  const found = await page.request.post(`/api/v1/brands/${owned.linked}/consumers/lookup`, { headers: { origin: owned.databank.url }, data: { id: 'email:fam.chen@163.com' } });
  const { consumer } = (await found.json()) as { consumer: number };
  await cap.getByRole('link', { name: `消费者 ${consumer}` }).click();
  const why = page.getByRole('region', { name: '为什么是同一个人' });
  await expect(why.getByText(/要看的是 邮箱 f/)).toBeVisible();
  await why.getByLabel('这个人的一个标识', { exact: true }).fill('fam.chen@163.com');
  await page.keyboard.press('Enter');
  await expect(why.getByText('6 个标识是同一个人,与此有关的关联有 6 条。')).toBeVisible();
  await expect(why.getByRole('row', { name: /被拒绝.*标识\(手机号\)就会超过上限/ })).toBeVisible();
  expect(page.url()).not.toContain('fam.chen');
});

test('two ids are separated, and joined again', async ({ page, owned }) => {
  const { databank, linked } = owned;
  const explain = () => databank.ask('identity', 'explain', '--brand', linked, '--id', `phone:${MEI.phone}`) as Explained;
  const before = explain().ids_total;
  await page.goto(`/b/${linked}/consumers`);
  await page.getByLabel('标识', { exact: true }).fill(MEI.phone);
  await page.keyboard.press('Enter');
  const why = page.getByRole('region', { name: '为什么是同一个人' });
  // By which she was found is known.
  await expect(why.getByLabel('这个人的一个标识', { exact: true })).toHaveValue(MEI.phone);
  await why.getByRole('combobox', { name: '与另一个标识比较(可不填): 标识类型' }).click();
  await page.keyboard.type('邮箱');
  await page.keyboard.press('Enter');
  await why.getByLabel('与另一个标识比较(可不填)', { exact: true }).fill(MEI.email);
  await page.keyboard.press('Enter');
  await expect(why.getByText('两者是同一个人:经 1 条关联相连。')).toBeVisible();
  await why.getByRole('button', { name: '这两个不是同一个人' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '这两个不是同一个人' }).click();
  await expect(why.getByText(/两者现在是两个人/)).toBeVisible();
  expect(explain().ids_total).toBeLessThan(before);
  await why.getByRole('button', { name: '撤销断开', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销断开' }).click();
  await expect(why.getByText('两者是同一个人:经 1 条关联相连。')).toBeVisible();
  expect(explain().ids_total).toBe(before);
});

test('without an id at hand: asked at once, cut in the list, and taken back among the conflicts', async ({ page, owned }) => {
  const { databank, linked } = owned;
  const found = await page.request.post(`/api/v1/brands/${linked}/consumers/lookup`, { headers: { origin: databank.url }, data: { id: `user_id:${MEI.user}` } });
  const { consumer } = (await found.json()) as { consumer: number };
  await page.goto(`/b/${linked}/consumers/${consumer}#why`);
  const why = page.getByRole('region', { name: '为什么是同一个人' });
  await why.getByRole('button', { name: '看看为什么' }).click();
  await expect(why.getByText(/个标识是同一个人/)).toBeVisible();
  await why.getByRole('button', { name: /^断开: .*用户编号/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: '这两个不是同一个人' }).click();
  await expect(page.getByText('已断开,过去的日子已重新计算')).toBeVisible();
  await page.goto(`/b/${linked}/id-conflicts?kind=cut`);
  const cut = page.getByRole('row', { name: /人工拆分/ });
  await expect(cut).toHaveCount(1);
  await cut.getByRole('button', { name: /^撤销断开/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销断开' }).click();
  await expect(page.getByText('已撤销断开,过去的日子已重新计算')).toBeVisible();
  await expect(cut).toHaveCount(0);
});
