import { http, HttpResponse } from 'msw';

import { conflicts, explanation, KNOWN } from '../../fixtures/identity';
import { may, resets } from '../db';
import { problem } from '../problem';

const API = '*/api/v1/brands/:brand/identity';
const forbidden = (action: string) => problem(403, 'forbidden', `this needs ${action}`);
const missing = () => problem(404, 'not_found', 'there is no such thing here, or you may not see it');

/** An id by its value, or by the number of a profile that has links. */
const known = (asked: string) => KNOWN[asked] ?? Object.values(KNOWN).find((each) => asked === `profile:${each.profile}`);

/** Whether somebody said that the phone and the card are two people's. */
let isCut = false;
resets.push(() => {
  isCut = false;
});

export const identityHandlers = [
  http.post(`${API}/explain`, async ({ request }) => {
    if (!may('consumers.read')) return forbidden('consumers.read');
    const asked = (await request.json()) as { id: string; with?: string };
    const [id, other] = [known(asked.id), asked.with === undefined ? undefined : known(asked.with)];
    if (id === undefined || (asked.with !== undefined && other === undefined)) return missing();
    return HttpResponse.json(explanation(id, isCut, isCut ? undefined : other));
  }),
  http.post(`${API}/unlink`, async ({ request }) => {
    if (!may('imports.write')) return forbidden('imports.write');
    const said = (await request.json()) as { undo?: boolean };
    const pairs = isCut === (said.undo !== true) ? 0 : 1;
    isCut = said.undo !== true;
    return HttpResponse.json({ pairs, vault_version: 43 });
  }),
  http.get(`${API}/conflicts`, () => (may('consumers.read') ? HttpResponse.json({ conflicts, total: conflicts.length, vault_version: 42 }) : forbidden('consumers.read'))),
];
