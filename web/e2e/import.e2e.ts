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

test('a refused event is repaired by steps: tried, read again, and gone', async ({ page, owned }) => {
  const { databank, empty } = owned;
  const made = databank.ask('key', 'create', '--brand', empty, '--kind', 'write', '--name', 'web') as { key: string };
  const properties = { order_id: 'T1', product_id: 'SKU-1', total: '1,299.50', currency: 'CNY' };
  const event = { type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'm1', timestamp: '2026-10-20T08:00:00Z', properties };
  const headers = { authorization: `Basic ${Buffer.from(`${made.key}:`).toString('base64')}` };
  const sent = await page.request.post('/v1/batch', { headers, data: { batch: [event] } });
  expect(await sent.json()).toMatchObject({ rejected: 1 });
  // A back-up deposits what waits first.
  databank.run('backup', '--to', join(databank.folder, 'before-repair'));

  await page.goto(`/b/${empty}/rejects?code=bad_number`);
  await page.getByRole('button', { name: '修复并重新读取' }).click();
  const drawer = page.getByRole('dialog', { name: '修复并重新读取' });
  await expect(drawer.getByLabel('位置').first()).toHaveValue('/properties/total');
  await drawer.getByRole('button', { name: '试一试' }).click();
  await expect(drawer.getByText('1 个会离开拒收')).toBeVisible();
  await expect(drawer.getByRole('row', { name: '/properties/total "1,299.50" 1299.50' })).toBeVisible();
  await drawer.getByRole('button', { name: '重新读取' }).click();
  await page.getByRole('dialog', { name: '重新读取 1 个事件?' }).getByRole('button', { name: '重新读取' }).click();
  await expect(drawer.getByText('1 个已离开拒收')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/没有符合条件的行|没有拒收的行/)).toBeVisible();
  const sql = "select count(*) as purchases from events where order_id = 'T1' and amount_minor = 129950";
  expect((databank.ask('sql', '--brand', empty, sql) as Counted[])[0]?.purchases).toBe(1);
});
