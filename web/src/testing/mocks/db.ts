import type { Action, Brand, Job, Selection, Session } from '@/api/types';

import { brands } from '../fixtures/brands';
import type { Intake } from '../fixtures/intake';
import { freshIntake } from '../fixtures/intake';
import { runningImport } from '../fixtures/jobs';
import type { Tracking } from '../fixtures/tracking';
import { freshTracking } from '../fixtures/tracking';

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

const ANALYST: Action[] = ['assets.read', 'consumers.read', 'selections.write', 'rejects.summary', 'imports.read'];
const ACTIONS = { owner: OWNER, analyst: ANALYST, viewer: VIEWER };

type Account = { username: string; password: string; name: string; role: keyof typeof ACTIONS; mustChange: boolean };

type Db = {
  accounts: Account[];
  signedInAs: string | undefined;
  brands: Brand[];
  jobs: Job[];
  selections: Selection[];
  intake: Intake;
  tracking: Tracking;
};

function fresh(): Db {
  return {
    accounts: [
      { username: 'lin', password: 'right-password', name: '林悦', role: 'owner', mustChange: false },
      { username: 'analyst', password: 'right-password', name: '分析师', role: 'analyst', mustChange: false },
      { username: 'viewer', password: 'right-password', name: '观察员', role: 'viewer', mustChange: false },
      { username: 'new', password: 'one-time-password', name: '新同事', role: 'owner', mustChange: true },
    ],
    signedInAs: 'lin',
    brands: structuredClone(brands),
    jobs: [structuredClone(runningImport)],
    selections: [],
    intake: freshIntake(),
    tracking: freshTracking(),
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
  return ACTIONS[account()?.role ?? 'viewer'].includes(action);
}

export function sessionOf(who: Account): Session {
  const actions = ACTIONS[who.role];
  return {
    user: { username: who.username, display_name: who.name, password_change_needed: who.mustChange },
    grants: [{ brand: '*', role: who.role }],
    actions: Object.fromEntries(db.brands.map((brand) => [brand.slug, actions])),
    installation_actions: who.role === 'owner' ? ['installation.manage'] : [],
    tracking: db.tracking.address,
    expires_at: '2026-11-27T04:00:00Z',
  };
}
