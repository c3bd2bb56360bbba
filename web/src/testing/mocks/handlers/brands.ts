import { http, HttpResponse } from 'msw';

import { account, db } from '../db';
import { problem } from '../problem';

export const brandHandlers = [
  http.get('*/api/v1/brands', () =>
    account() === undefined ? problem(401, 'not_signed_in', 'sign in first') : HttpResponse.json({ items: db.brands, next_page: null }),
  ),
  http.get('*/api/v1/brands/:brand/jobs', ({ params }) =>
    HttpResponse.json({ items: db.jobs.filter((job) => job.brand === params['brand']), next_page: null }),
  ),
  http.post('*/api/v1/brands/:brand/consumers/lookup', async ({ request }) => {
    const { id } = (await request.json()) as { id: string };
    return id === 'phone:13800000000' ? HttpResponse.json({ consumer: 80_123 }) : problem(404, 'not_found', 'no consumer has this id');
  }),
];
