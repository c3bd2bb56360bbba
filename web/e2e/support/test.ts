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
  /** A brand of a few people whose ids are known: a family's e-mail, a device at the counter, and Mei. */
  linked: string;
  /** Owner of everything. */
  owner: Account;
  /** May look at the brand with people, no more. */
  viewer: Account;
}

/** Where the market's days end: every page shows the same numbers whenever it is tested. */
export const LAST_DAY = '2026-10-31';

const EVENTS = '60000';

/** An id of Mei's, and one that came to her by way of another. */
export const MEI = { phone: '13912345678', email: 'meimei@163.com', user: 'u42' };

/** Rows that link ids: of Mei, of a family with one phone too many, of a device that everybody uses. */
function linkedRows(): string {
  const family = ['13871234502', '13971625343', '13571839274', '13619283745', '15827364510', '18672635141'];
  const rows = [
    [MEI.phone, MEI.email, '', 'mei-1', '2026-10-01'],
    ['', MEI.email, MEI.user, 'mei-2', '2026-10-02'],
    [MEI.phone, '', '', 'mei-1', '2026-10-03'],
    ['13636172839', '', '', 'mei-2', '2026-10-04'],
    ...family.map((phone, place) => [phone, 'fam.chen@163.com', '', '', `2026-10-1${place}`]),
    ...Array.from({ length: 101 }, (_, place) => [`1511${String(7_203_411 + 37 * place)}`, '', '', 'counter-7', '2026-10-20']),
  ];
  return ['phone,email,user,device,day', ...rows.map((row) => row.join(','))].join('\n');
}

const LINKED_MAPPING = `
name = "visits"
timezone = "Asia/Shanghai"
currency = "CNY"

[inputs]
visits = "visits.csv"

[[events]]
sql = """
  select phone as "id.phone", email as "id.email", "user" as "id.user_id", device as "id.device_id",
         day || ' 10:00:00' as ts, 'view' as behavior
  from visits
"""
`;

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
  databank.run('brand', 'add', 'linked', '--name', '熟客品牌', '--timezone', 'Asia/Shanghai', '--currency', 'CNY');
  databank.file('visits.csv', linkedRows());
  databank.run('import', '--brand', 'linked', '--mapping', databank.file('visits.toml', LINKED_MAPPING), databank.folder);
  await databank.serve();
  const owner = await member(databank, 'mei', 'owner', '*');
  const viewer = await member(databank, 'lin', 'viewer', brand.slug);
  return { databank, brand: brand.slug, empty: 'newcomer', linked: 'linked', owner, viewer };
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
