import { http, HttpResponse } from 'msw';

import type { Member, Role, User, UserChange } from '@/api/types';

import { confirm, confirmationNeeded } from '../confirmation';
import { account, may, resets } from '../db';
import { problem } from '../problem';

function fresh(): { users: User[]; members: Member[] } {
  return {
    users: [
      {
        username: 'lin',
        display_name: '林悦',
        disabled: false,
        grants: [{ brand: '*', role: 'owner' }],
        created_at: '2026-01-05T01:00:00Z',
        last_signed_in_at: '2026-11-01T00:40:00Z',
        password_change_needed: false,
      },
      {
        username: 'wei',
        display_name: '韦明',
        disabled: false,
        grants: [
          { brand: 'qingcha', role: 'operator' },
          { brand: 'luyin', role: 'viewer' },
        ],
        created_at: '2026-03-12T03:00:00Z',
        last_signed_in_at: null,
        password_change_needed: true,
      },
      {
        username: 'old.colleague',
        display_name: '离职同事',
        disabled: true,
        grants: [],
        created_at: '2026-02-01T03:00:00Z',
        last_signed_in_at: '2026-05-01T03:00:00Z',
        password_change_needed: false,
      },
    ],
    members: [
      { username: 'lin', display_name: '林悦', role: 'owner', inherited: true },
      { username: 'wei', display_name: '韦明', role: 'operator', inherited: false },
    ],
  };
}

let state = fresh();
resets.push(() => {
  state = fresh();
});

const missing = () => problem(404, 'not_found', 'there is no such thing here, or you may not see it');
const forbidden = () => problem(403, 'forbidden', 'you may not do this');
const mayManage = () => account()?.role === 'owner';

export const userHandlers = [
  http.post('*/api/v1/session/confirm', async ({ request }) => {
    const { password } = (await request.json()) as { password: string };
    if (password !== account()?.password) return problem(401, 'wrong_credentials', 'the password is wrong');
    confirm();
    return new HttpResponse(null, { status: 204 });
  }),
  http.get('*/api/v1/users', () => (mayManage() ? HttpResponse.json({ items: state.users, next_page: null }) : forbidden())),
  http.post('*/api/v1/users', async ({ request }) => {
    const refused = mayManage() ? confirmationNeeded() : forbidden();
    if (refused) return refused;
    const given = (await request.json()) as { username: string; display_name?: string; grants: User['grants'] };
    if (state.users.some((user) => user.username === given.username)) return problem(409, 'conflict', `there is already a user "${given.username}"; choose another name`);
    const user: User = {
      username: given.username,
      display_name: given.display_name ?? given.username,
      disabled: false,
      grants: given.grants,
      created_at: '2026-11-01T02:00:00Z',
      last_signed_in_at: null,
      password_change_needed: true,
    };
    state.users.push(user);
    return HttpResponse.json({ user, one_time_password: 'q7Wd-2kXn-9TzL-bM4f' }, { status: 201 });
  }),
  http.patch('*/api/v1/users/:username', async ({ request, params }) => {
    const refused = mayManage() ? confirmationNeeded() : forbidden();
    if (refused) return refused;
    const user = state.users.find((each) => each.username === params['username']);
    if (user === undefined) return missing();
    const change = (await request.json()) as UserChange;
    if (change.disabled !== null && change.disabled !== undefined) user.disabled = change.disabled;
    if (change.display_name !== null && change.display_name !== undefined) user.display_name = change.display_name;
    if (change.grants !== null && change.grants !== undefined) user.grants = change.grants;
    return HttpResponse.json(user);
  }),
  http.post('*/api/v1/users/:username/password', ({ params }) => {
    const refused = mayManage() ? confirmationNeeded() : forbidden();
    if (refused) return refused;
    return state.users.some((each) => each.username === params['username']) ? HttpResponse.json({ one_time_password: 'n3Lp-8sVc-1QyR-dK6e' }) : missing();
  }),
  http.get('*/api/v1/brands/:brand/members', () => (may('members.manage') ? HttpResponse.json({ items: state.members, next_page: null }) : forbidden())),
  http.put('*/api/v1/brands/:brand/members/:username', async ({ request, params }) => {
    const refused = confirmationNeeded();
    if (refused) return refused;
    const user = state.users.find((each) => each.username === params['username']);
    if (user === undefined) return missing();
    const { role } = (await request.json()) as { role: Role };
    const member: Member = { username: user.username, display_name: user.display_name, role, inherited: false };
    state.members = [...state.members.filter((each) => each.username !== user.username), member];
    return HttpResponse.json(member);
  }),
  http.delete('*/api/v1/brands/:brand/members/:username', ({ params }) => {
    const refused = confirmationNeeded();
    if (refused) return refused;
    state.members = state.members.filter((each) => each.username !== params['username']);
    return new HttpResponse(null, { status: 204 });
  }),
];
