import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from './support/test';

/** An export with two rows that cannot be deposited: one whose phone number is none, one without a readable time. */
const ORDERS = `订单号,会员手机号,支付时间,商品ID,支付金额
A1,13800000001,2026-10-01 10:00:00,SKU-1,99.00
A2,13800000002,2026-10-02 11:30:00,SKU-2,15.50
A3,1380,2026-10-03 09:00:00,SKU-1,99.00
A4,13800000004,yesterday,SKU-3,42.00
A5,13800000001,2026-10-05 20:15:00,SKU-2,31.00
`;

interface Counted {
  purchases: number;
}

test('a file with bad rows is imported, its bad rows are corrected and imported again', async ({ page, owned }) => {
  const { databank, empty } = owned;
  await page.goto(`/b/${empty}/imports`);
  await page.getByRole('button', { name: '新建导入' }).first().click();
  await page.locator('input[type=file]').setInputFiles(databank.file('orders.csv', ORDERS));
  await expect(page.getByText('5 列')).toBeVisible();
  await page.getByRole('button', { name: '按文件推荐' }).click();
  await expect(page.getByText('试读的 5 行中有 2 行会被拒收')).toBeVisible();
  await page.getByRole('button', { name: '开始导入' }).click();
  await expect(page.getByText(/2 行.*已拒收/).first()).toBeVisible();

  await page.goto(`/b/${empty}/rejects`);
  await expect(page.getByText('2 行等待修复')).toBeVisible();
  const downloading = page.waitForEvent('download');
  await page.getByText('下载 CSV').click();
  const refused = join(databank.folder, 'refused.csv');
  await (await downloading).saveAs(refused);
  const corrected = readFileSync(refused, 'utf8').replace('yesterday', '2026-10-04 12:00:00');
  writeFileSync(refused, corrected);

  // The row of the broken number stays: nobody can say whose it is.
  await page.locator('input[type=file]').setInputFiles(refused);
  await page.getByRole('button', { name: '导入改好的行' }).click();
  await expect(page.getByText('还剩 1 行等待修复')).toBeVisible();
  const sql = "select count(*) as purchases from events where behavior = 'purchase'";
  expect((databank.ask('sql', '--brand', empty, sql) as Counted[])[0]?.purchases).toBe(4);
});
