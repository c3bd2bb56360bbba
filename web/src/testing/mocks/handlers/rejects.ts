import { http, HttpResponse } from 'msw';

import type { Reject } from '@/api/types';

import { db, may } from '../db';
import { problem } from '../problem';

const REJECTS = '*/api/v1/brands/:brand/rejects';
const forbidden = () => problem(403, 'forbidden', 'your role does not allow this');

function counts(key: (reject: Reject) => string): [string, number][] {
  const found = new Map<string, number>();
  for (const reject of db.intake.rejects) found.set(key(reject), (found.get(key(reject)) ?? 0) + 1);
  return [...found].sort((left, right) => right[1] - left[1]);
}

function matching(query: URLSearchParams): Reject[] {
  const is = (name: string, value: string | null | undefined) => query.get(name) === null || query.get(name) === value;
  const text = query.get('q')?.toLowerCase() ?? '';
  return db.intake.rejects.filter(
    (reject) =>
      is('code', reject.code) && is('source', reject.source) && is('file', reject.file) && `${reject.file} ${reject.field} ${reject.message}`.toLowerCase().includes(text),
  );
}

export const rejectHandlers = [
  http.get(`${REJECTS}/summary`, () => {
    if (!may('rejects.summary')) return forbidden();
    return HttpResponse.json({
      total: db.intake.rejects.length,
      by_code: counts((reject) => reject.code).map(([code, count]) => ({ code, count })),
      by_source: counts((reject) => reject.source).map(([source, count]) => ({ source, count })),
    });
  }),
  http.get(REJECTS, ({ request }) => {
    if (!may('rejects.read')) return forbidden();
    const query = new URL(request.url).searchParams;
    const found = matching(query);
    const start = Number(query.get('page') ?? 0);
    const end = start + Number(query.get('limit') ?? 50);
    return HttpResponse.json({ items: found.slice(start, end), next_page: end < found.length ? String(end) : null, total: found.length });
  }),
];
