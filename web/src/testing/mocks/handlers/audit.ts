import { http, HttpResponse } from 'msw';

import type { AuditEntry } from '@/api/types';

import { account, may } from '../db';
import { problem } from '../problem';

type Made = Pick<AuditEntry, 'action'> & Partial<AuditEntry>;

const MADE: Made[] = [
  { action: 'session.create', brand: null },
  { action: 'consumers.read', details: { consumer: 80_123 } },
  { action: 'key.create', target: '7', details: { scopes: ['assets.read', 'imports.read'], kind: 'api' } },
  { action: 'rejects.read', outcome: 'refused', actor: { kind: 'user', name: 'wei' } },
  { action: 'import.start', target: 'job-7', actor: { kind: 'key', name: '7' }, outcome: 'failed' },
  { action: 'rules.switch', target: 'aipl@2', details: { events: 20_481_233 } },
  { action: 'brand.add', actor: { kind: 'command', name: 'terminal' }, address: null },
  { action: 'user.change', target: 'wei', brand: null, details: { grants: ['qingcha operator'], disabled: false } },
];

/** 72 entries, newest first. */
const ENTRIES: AuditEntry[] = Array.from({ length: 72 }, (_, place): AuditEntry => {
  const at = new Date(Date.parse('2026-10-31T10:15:00Z') - place * 5_400_000).toISOString();
  return {
    sequence: 1042 - place,
    at: `${at.slice(0, 19)}Z`,
    actor: { kind: 'user', name: 'lin' },
    brand: 'qingcha',
    target: null,
    outcome: 'done',
    details: {},
    address: '203.0.113.7',
    ...(MADE[place % MADE.length] ?? { action: 'session.create' }),
  };
});

function answer(request: Request, brand: string | undefined) {
  const query = new URL(request.url).searchParams;
  const is = (name: string, value: string) => query.get(name) === null || query.get(name) === value;
  const found = ENTRIES.filter(
    (entry) =>
      (brand === undefined || entry.brand === brand) &&
      is('actor', entry.actor.name) &&
      is('action', entry.action) &&
      is('outcome', entry.outcome) &&
      entry.at >= (query.get('from') ?? '') &&
      entry.at < (query.get('to') ?? '9999'),
  );
  const start = Number(query.get('page') ?? 0);
  const end = start + Number(query.get('limit') ?? 50);
  return HttpResponse.json({ items: found.slice(start, end), next_page: end < found.length ? String(end) : null });
}

const forbidden = () => problem(403, 'forbidden', 'this needs audit.read');

export const auditHandlers = [
  http.get('*/api/v1/audit', ({ request }) => (account()?.role === 'owner' ? answer(request, undefined) : forbidden())),
  http.get('*/api/v1/brands/:brand/audit', ({ request, params }) => (may('audit.read') ? answer(request, String(params['brand'])) : forbidden())),
];
