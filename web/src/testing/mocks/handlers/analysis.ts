import { http, HttpResponse } from 'msw';

import type { Definition } from '@/api/types';

import { aipl, assetsOn, flowBetween, overviewOn, people, trendBetween } from '@/testing/fixtures/analysis';

import { account, db, may } from '../db';
import { problem } from '../problem';

const B = '*/api/v1/brands/:brand';

function asked(request: Request): (name: string) => string {
  const query = new URL(request.url).searchParams;
  return (name) => query.get(name) ?? '';
}

const forbidden = () => problem(403, 'forbidden', 'your role does not allow this');

export const analysisHandlers = [
  http.get(`${B}/overview`, ({ params, request }) => HttpResponse.json(overviewOn(String(params['brand']), asked(request)('as_of')))),
  http.get(`${B}/assets`, ({ params, request }) => HttpResponse.json(assetsOn(String(params['brand']), asked(request)('as_of')))),
  http.get(`${B}/trend`, ({ params, request }) => {
    const ask = asked(request);
    return HttpResponse.json(trendBetween(String(params['brand']), ask('from'), ask('to')));
  }),
  http.get(`${B}/flow`, ({ params, request }) => {
    const ask = asked(request);
    return HttpResponse.json(flowBetween(String(params['brand']), ask('from'), ask('to')));
  }),
  http.get(`${B}/flow/people`, ({ params, request }) => {
    if (!may('consumers.read')) return forbidden();
    const ask = asked(request);
    const cells = flowBetween(String(params['brand']), ask('from'), ask('to')).cells;
    const cell = cells.find((each) => each.from === ask('from_stage') && each.to === ask('to_stage'));
    return HttpResponse.json({ consumers: cell?.consumers ?? 0, sample: people, vault_version: 42 });
  }),
  http.get(`${B}/selections`, () => HttpResponse.json({ items: db.selections, next_page: null })),
  http.post(`${B}/selections`, async ({ request }) => {
    if (!may('selections.write')) return forbidden();
    const given = (await request.json()) as { name: string; definition: Definition };
    if (db.selections.some((each) => each.name === given.name)) return problem(409, 'conflict', `a selection named “${given.name}” is there already`);
    const selection = {
      id: db.selections.length + 1,
      ...given,
      rule_set: 'aipl@2',
      consumers: 74_639,
      vault_version: 42,
      created_at: '2026-11-01T03:00:00Z',
      created_by: account()?.name ?? '',
    };
    db.selections.unshift(selection);
    return HttpResponse.json(selection, { status: 201 });
  }),
  http.delete(`${B}/selections/:id`, ({ params }) => {
    if (!may('selections.write')) return forbidden();
    db.selections = db.selections.filter((each) => String(each.id) !== params['id']);
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(`${B}/rules`, () =>
    HttpResponse.json({
      items: [
        { name: 'aipl', version: 2, active: true, created_at: aipl.created_at },
        { name: 'aipl', version: 1, active: false, created_at: '2026-01-05T02:00:00Z' },
        { name: '5a', version: 1, active: false, created_at: '2026-01-05T02:00:00Z' },
      ],
      next_page: null,
    }),
  ),
  http.get(`${B}/rules/:name/:version`, () => HttpResponse.json(aipl)),
];
