import { LAST_DAY, expect, test } from './support/test';

interface Assets {
  total: number;
  stages: { stage: string; consumers: number }[];
}

test('the overview shows what the command line says', async ({ page, owned }) => {
  const assets = owned.databank.ask('assets', '--brand', owned.brand, '--as-of', LAST_DAY) as Assets;
  await page.goto(`/b/${owned.brand}/overview?as_of=${LAST_DAY}`);
  await expect(page.getByRole('heading', { name: '总览', level: 1 })).toBeVisible();
  await expect(page.getByText(assets.total.toLocaleString('en-US')).first()).toBeVisible();
});

test('the stages add up to the total', async ({ page, owned }) => {
  const assets = owned.databank.ask('assets', '--brand', owned.brand, '--as-of', LAST_DAY) as Assets;
  await page.goto(`/b/${owned.brand}/assets?as_of=${LAST_DAY}`);
  for (const stage of assets.stages) {
    await expect(page.getByText(stage.consumers.toLocaleString('en-US')).first()).toBeVisible();
  }
});

test('from a cell of the flow to its people, to one of them, and kept as a selection', async ({ page, owned }) => {
  interface Flow {
    cells: { from: string; to: string; consumers: number }[];
  }
  const flow = owned.databank.ask('flow', '--brand', owned.brand, '--from', '2026-10-01', '--to', LAST_DAY) as Flow;
  const cell = flow.cells.find((held) => held.from === 'A' && held.to === 'I') ?? { consumers: -1 };
  await page.goto(`/b/${owned.brand}/flow?from=2026-10-01&to=${LAST_DAY}&as_of=${LAST_DAY}`);
  await page.getByRole('button', { name: /认知 到 兴趣/ }).click();
  const people = page.getByRole('dialog');
  await expect(people.getByText(new RegExp(`共 ${cell.consumers.toLocaleString('en-US')} 人`))).toBeVisible();
  await people.getByLabel('名称').fill('十月由认知到兴趣');
  await people.getByRole('button', { name: '存为选择集' }).click();
  await expect(page.getByText('已存为选择集「十月由认知到兴趣」')).toBeVisible();
  await people.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/consumers\/\d+/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('消费者');
});

test('the language changes on the spot and stays in the address', async ({ page, owned }) => {
  await page.goto(`/b/${owned.brand}/overview`);
  await expect(page.getByRole('heading', { name: '总览', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/lang=en/);
  await page.getByRole('link', { name: 'Full link' }).click();
  await expect(page.getByRole('heading', { name: 'Full link', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/lang=en/);
});
