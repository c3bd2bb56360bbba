import { expect, test } from './support/test';

interface Shown {
  rule_set: string;
  text: string;
}

test('a new version of the rules is previewed before it is switched to', async ({ page, owned }) => {
  const { databank, brand } = owned;
  const before = databank.ask('rules', 'show', '--brand', brand) as Shown;
  expect(before.rule_set).toBe('aipl@1');
  await page.goto(`/b/${brand}/rules/aipl/1`);
  await expect(page.getByText(/365 天/).first()).toBeVisible();
  await page.goto(`/b/${brand}/rules/aipl/1/edit`);
  const days = page.getByRole('spinbutton', { name: /天/ }).first();
  await days.fill('90');
  await days.blur();
  await page.getByRole('button', { name: /预览/ }).first().click();
  await expect(page.getByText(/位消费者会从/).first()).toBeVisible();
  await page.getByRole('button', { name: /保存并切换/ }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: /切换/ }).click();
  await expect(page.getByText('aipl@2').first()).toBeVisible();
  await expect.poll(() => (databank.ask('rules', 'show', '--brand', brand) as Shown).rule_set).toBe('aipl@2');
});
