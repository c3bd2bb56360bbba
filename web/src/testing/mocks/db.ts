import type { Action, Brand, Job, Selection, Session } from '@/api/types';

import { brands } from '../fixtures/brands';
import { runningImport } from '../fixtures/jobs';

const VIEWER: Action[] = ['assets.read'];
const OPERATOR: Action[] = [
  'assets.read',
  'consumers.read',
  'selections.write',
  'rejects.summary',
  'imports.read',
  'imports.write',
  'rejects.read',
  'rules.write',
];
const OWNER: Action[] = [...OPERATOR, 'keys.manage', 'members.manage', 'audit.read'];

type Account = { username: string; password: string; name: string; role: 'owner' | 'viewer'; mustChange: boolean };

type Db = {
  accounts: Account[];
  signedInAs: string | undefined;
  brands: Brand[];
  jobs: Job[];
  selections: Selection[];
};

function fresh(): Db {
  return {
    accounts: [
      { username: 'lin', password: 'right-password', name: '林悦', role: 'owner', mustChange: false },
      { username: 'viewer', password: 'right-password', name: '观察员', role: 'viewer', mustChange: false },
      { username: 'new', password: 'one-time-password', name: '新同事', role: 'owner', mustChange: true },
    ],
    signedInAs: 'lin',
    brands: structuredClone(brands),
    jobs: [structuredClone(runningImport)],
    selections: [],
  };
}

/** What the mocked server remembers between requests. */
export const db: Db = fresh();

/** What else is to be forgotten with it: areas with a memory of their own add theirs. */
export const resets: (() => void)[] = [];

export function resetDb(): void {
  Object.assign(db, fresh());
  for (const reset of resets) reset();
}

export function account(): Account | undefined {
  return db.accounts.find((each) => each.username === db.signedInAs);
}

export function may(action: Action): boolean {
  return (account()?.role === 'owner' ? OWNER : VIEWER).includes(action);
}

export function sessionOf(who: Account): Session {
  const actions = who.role === 'owner' ? OWNER : VIEWER;
  return {
    user: { username: who.username, display_name: who.name, password_change_needed: who.mustChange },
    grants: [{ brand: '*', role: who.role }],
    actions: Object.fromEntries(db.brands.map((brand) => [brand.slug, actions])),
    installation_actions: who.role === 'owner' ? ['installation.manage'] : [],
    expires_at: '2026-11-27T04:00:00Z',
  };
}
