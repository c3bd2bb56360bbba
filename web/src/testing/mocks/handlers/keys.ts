import { http, HttpResponse } from 'msw';

import type { Key, NewKey } from '@/api/types';

import { confirmationNeeded } from '../confirmation';
import { may, resets } from '../db';
import { problem } from '../problem';

function fresh(): Key[] {
  return [
    {
      id: '7',
      name: '每晚报表',
      kind: 'api',
      scopes: ['assets.read', 'imports.read'],
      prefix: 'dbk_a7_',
      created_at: '2026-06-01T02:00:00Z',
      created_by: 'lin',
      expires_at: null,
      last_used_at: '2026-10-31T17:00:00Z',
      revoked_at: null,
    },
    {
      id: '8',
      name: '小程序上报',
      kind: 'write',
      scopes: [],
      prefix: 'dbk_w8_',
      created_at: '2026-08-01T02:00:00Z',
      created_by: 'lin',
      expires_at: null,
      last_used_at: null,
      revoked_at: null,
    },
    {
      id: '3',
      name: '旧系统',
      kind: 'api',
      scopes: ['assets.read'],
      prefix: 'dbk_a3_',
      created_at: '2026-02-01T02:00:00Z',
      created_by: 'lin',
      expires_at: null,
      last_used_at: '2026-05-01T17:00:00Z',
      revoked_at: '2026-05-02T02:00:00Z',
    },
  ];
}

let keys = fresh();
resets.push(() => {
  keys = fresh();
});

const API = '*/api/v1/brands/:brand/keys';
const forbidden = () => problem(403, 'forbidden', 'this needs keys.manage');

export const keyHandlers = [
  http.get(API, () => (may('keys.manage') ? HttpResponse.json({ items: keys, next_page: null }) : forbidden())),
  http.post(API, async ({ request }) => {
    const refused = may('keys.manage') ? confirmationNeeded() : forbidden();
    if (refused) return refused;
    const given = (await request.json()) as NewKey;
    const info: Key = {
      id: '9',
      name: given.name,
      kind: given.kind,
      scopes: given.scopes ?? [],
      prefix: 'dbk_a9_',
      created_at: '2026-11-01T02:00:00Z',
      created_by: 'lin',
      expires_at: given.expires_at ?? null,
      last_used_at: null,
      revoked_at: null,
    };
    keys.unshift(info);
    return HttpResponse.json({ key: 'dbk_a9_Yk3v0n1QmX7sT4bHcWz8JpLrEfGuD2aN5oKiV6xSqyM_4c1f', info }, { status: 201 });
  }),
  http.delete(`${API}/:id`, ({ params }) => {
    const key = keys.find((each) => each.id === params['id']);
    if (!may('keys.manage')) return forbidden();
    if (key === undefined) return problem(404, 'not_found', 'there is no such thing here, or you may not see it');
    key.revoked_at = '2026-11-01T02:00:00Z';
    return new HttpResponse(null, { status: 204 });
  }),
];
