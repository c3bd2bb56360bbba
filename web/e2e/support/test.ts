import { type BrowserContext, test as base } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type Account, Databank } from './databank';

/** A server with a small market: one brand of synthetic people, one that is empty, and users of every kind. */
export interface Market {
  databank: Databank;
  /** The brand with people. */
  brand: string;
  /** A brand that nothing was deposited for. */
  empty: string;
  /** Owner of everything. */
  owner: Account;
  /** May look at the brand with people, no more. */
  viewer: Account;
}

/** Where the market's days end: every page shows the same numbers whenever it is tested. */
export const LAST_DAY = '2026-10-31';

const EVENTS = '60000';

/** Signs a browser in without its pages. */
export async function signIn(context: BrowserContext, market: Market, account: Account): Promise<void> {
  const headers = { origin: market.databank.url };
  const answer = await context.request.post('/api/v1/session', { headers, data: account });
  if (!answer.ok()) throw new Error(`cannot sign in as ${account.username}: ${answer.status()}`);
}

/** Makes a user and gives it a password of its own, as the first sign-in asks for. */
async function member(databank: Databank, username: string, role: string, brand: string): Promise<Account> {
  const once = databank.addUser(username, role, brand);
  const own = { username, password: `${username} keeps seven green lanterns` };
  const headers = { 'content-type': 'application/json', origin: databank.url };
  const send = (path: string, body: unknown, cookie = '') =>
    fetch(databank.url + path, { method: 'POST', headers: { ...headers, cookie }, body: JSON.stringify(body) });
  const entered = await send('/api/v1/session', once);
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const change = { current_password: once.password, new_password: own.password };
  const changed = await send('/api/v1/session/password', change, cookie);
  if (!changed.ok) throw new Error(`cannot change the password of ${username}: ${await changed.text()}`);
  return own;
}

async function openMarket(): Promise<Market> {
  const databank = new Databank();
  const world = join(databank.folder, 'world');
  databank.run('world', '--events', EVENTS, '--brands', '1', '--seed', '7', '--until', LAST_DAY, '--out', world);
  const [brand] = JSON.parse(readFileSync(join(world, 'brands.json'), 'utf8')) as [{ slug: string }];
  databank.run('brand', 'add', brand.slug, '--name', '测试品牌', '--timezone', 'Asia/Shanghai', '--currency', 'CNY');
  databank.run('import', '--brands', brand.slug, '--mapping', join(world, 'world.toml'), world);
  databank.run('brand', 'add', 'newcomer', '--name', '新品牌', '--timezone', 'Asia/Shanghai', '--currency', 'CNY');
  await databank.serve();
  const owner = await member(databank, 'mei', 'owner', '*');
  const viewer = await member(databank, 'lin', 'viewer', brand.slug);
  return { databank, brand: brand.slug, empty: 'newcomer', owner, viewer };
}

export const test = base.extend<{ owned: Market; viewed: Market }, { market: Market }>({
  market: [
    async ({}, provide) => {
      const market = await openMarket();
      await provide(market);
      await market.databank.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ market }, provide) => provide(market.databank.url),
  /** The market, with the browser signed in as its owner. */
  owned: async ({ context, market }, provide) => {
    await signIn(context, market, market.owner);
    await provide(market);
  },
  /** The market, with the browser signed in as somebody who may only look. */
  viewed: async ({ context, market }, provide) => {
    await signIn(context, market, market.viewer);
    await provide(market);
  },
});

/** A file of the repository. */
export const repository = (path: string) => resolve('..', path);

export { expect } from '@playwright/test';
