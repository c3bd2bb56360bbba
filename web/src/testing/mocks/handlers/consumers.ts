import { http, HttpResponse } from 'msw';

import { consumer, consumerEvents } from '../../fixtures/consumers';
import { may } from '../db';
import { problem } from '../problem';

const API = '*/api/v1/brands/:brand/consumers/:consumer';
const missing = () => problem(404, 'not_found', 'there is no such thing here, or you may not see it');
const forbidden = () => problem(403, 'forbidden', 'this needs consumers.read');

export const consumerHandlers = [
  http.get(API, ({ params }) => {
    if (!may('consumers.read')) return forbidden();
    return params['consumer'] === String(consumer.consumer) ? HttpResponse.json(consumer) : missing();
  }),
  http.get(`${API}/events`, ({ request, params }) => {
    if (!may('consumers.read')) return forbidden();
    if (params['consumer'] !== String(consumer.consumer)) return missing();
    const query = new URL(request.url).searchParams;
    const start = Number(query.get('page') ?? 0);
    const end = start + Number(query.get('limit') ?? 50);
    return HttpResponse.json({ items: consumerEvents.slice(start, end), next_page: end < consumerEvents.length ? String(end) : null });
  }),
];
