import { http, HttpResponse } from 'msw';

import { account, db, sessionOf } from '../db';
import { problem } from '../problem';

export const sessionHandlers = [
  http.get('*/api/v1/session', () => {
    const who = account();
    return who === undefined ? problem(401, 'not_signed_in', 'sign in first') : HttpResponse.json(sessionOf(who));
  }),
  http.post('*/api/v1/session', async ({ request }) => {
    const given = (await request.json()) as { username: string; password: string };
    const who = db.accounts.find((each) => each.username === given.username);
    if (who === undefined || who.password !== given.password) return problem(401, 'not_signed_in', 'wrong name or password');
    db.signedInAs = who.username;
    return HttpResponse.json(sessionOf(who));
  }),
  http.delete('*/api/v1/session', () => {
    db.signedInAs = undefined;
    return new HttpResponse(null, { status: 204 });
  }),
  http.post('*/api/v1/session/password', async ({ request }) => {
    const given = (await request.json()) as { current_password: string; new_password: string };
    const who = account();
    if (who === undefined) return problem(401, 'not_signed_in', 'sign in first');
    if (who.password !== given.current_password) return problem(403, 'forbidden', 'the current password is wrong');
    who.password = given.new_password;
    who.mustChange = false;
    return new HttpResponse(null, { status: 204 });
  }),
];
