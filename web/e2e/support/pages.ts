import type { Page } from '@playwright/test';

import { LAST_DAY, type Market, MEI } from './test';

interface People {
  sample: { consumer: number }[];
}

/** Opens every page in turn and hands it over when it shows what it is for. */
export async function visit(page: Page, market: Market, lang: string, look: (name: string) => Promise<void>): Promise<void> {
  const base = `/b/${market.brand}`;
  const days = `from=2026-10-01&to=${LAST_DAY}`;
  const people = await page.request.get(`/api/v1/brands/${market.brand}/flow/people?${days}&from_stage=none&to_stage=A`);
  const consumer = ((await people.json()) as People).sample[0]?.consumer ?? 0;
  const mei = await page.request.post(`/api/v1/brands/${market.linked}/consumers/lookup`, { headers: { origin: market.databank.url }, data: { id: `phone:${MEI.phone}` } });
  const linked = `/b/${market.linked}`;
  // Asked by what is typed: no address says which id it is about.
  const askWhy = async () => {
    await page.locator('#why .db-why-value input').first().fill(MEI.phone);
    await page.keyboard.press('Enter');
    await page.locator('#why .db-graph-box').first().focus();
    await page.locator('#why').evaluate((section) => section.scrollIntoView());
  };
  const addresses: [string, string, (() => Promise<void>)?][] = [
    ['overview', `${base}/overview`],
    ['assets', `${base}/assets`],
    ['full-link', `${base}/full-link?${days}`],
    ['flow', `${base}/flow?${days}`],
    ['imports', `${base}/imports`],
    ['new-import', `${base}/imports/new`],
    ['tracking', `${base}/tracking`],
    ['tracking-settings', `${base}/tracking?tab=settings`],
    ['rejects', `${base}/rejects`],
    ['id-conflicts', `${linked}/id-conflicts`],
    ['rules', `${base}/rules`],
    ['rules-version', `${base}/rules/aipl/1`],
    ['rules-edit', `${base}/rules/aipl/1/edit`],
    ['find-consumer', `${base}/consumers`],
    ['consumer', `${base}/consumers/${consumer}`],
    ['why', `${linked}/consumers/${((await mei.json()) as { consumer: number }).consumer}`, askWhy],
    ['users', `${base}/users`],
    ['keys', `${base}/keys`],
    ['audit', `${base}/audit`],
  ];
  for (const [name, address, act] of addresses) {
    const separator = address.includes('?') ? '&' : '?';
    await page.goto(`${address}${separator}as_of=${LAST_DAY}&lang=${lang}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await act?.();
    // Skeletons, spinners and lines that move are on their way to something else.
    await page.waitForFunction(() => document.querySelector('.ant-skeleton, .ant-spin-spinning, [aria-busy=true]') === null);
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
    await look(name);
  }
}
