import { http, HttpResponse } from 'msw';

import type { TrackingCounts, TrackingSettings } from '@/api/types';
import { BEHAVIORS } from '@/lib/behaviors';

import { db, may } from '../db';
import { problem } from '../problem';

const API = '*/api/v1/brands/:brand/tracking';
const forbidden = () => problem(403, 'forbidden', 'your role does not allow this');
const FROM = { minute: '2026-11-01T01:30:00Z', hour: '2026-10-31T03:00:00Z', day: '2026-10-02T16:00:00Z' };

type Counts = TrackingCounts['total'];

function sumOf(counts: readonly Counts[]): Counts {
  const sum = (part: keyof Counts) => counts.reduce((total, each) => total + each[part], 0);
  return { received: sum('received'), accepted: sum('accepted'), duplicate: sum('duplicate'), rejected: sum('rejected'), suppressed: sum('suppressed') };
}

/** The first thing that is wrong, as the server says it. */
function wrongField({ names = {}, click_hosts = [] }: TrackingSettings): { field: string; message: string } | undefined {
  for (const [name, behavior] of Object.entries(names)) {
    const isGood = (BEHAVIORS as readonly string[]).includes(behavior) || /^custom:[a-z0-9_.-]{1,64}$/.test(behavior);
    if (!isGood) return { field: `names.${name}`, message: `unknown behavior "${behavior}"` };
  }
  const place = click_hosts.findIndex((host) => !/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host));
  return place < 0 ? undefined : { field: `click_hosts.${place}`, message: 'must be a host such as shop.example.com, or *.example.com for all below it' };
}

export const trackingHandlers = [
  http.get(`${API}/counts`, ({ request }) => {
    if (!may('imports.read')) return forbidden();
    const step = (new URL(request.url).searchParams.get('step') ?? 'minute') as TrackingCounts['step'];
    const counts = db.tracking.counts[step];
    const sources = [...new Set(counts.map((each) => each.source))].map((source) => ({ source, ...sumOf(counts.filter((each) => each.source === source)) }));
    const answer: TrackingCounts = { from: FROM[step], to: '2026-11-01T02:30:00Z', step, counts, sources, total: sumOf(counts), waiting: db.tracking.waiting };
    return HttpResponse.json(answer);
  }),
  http.get(API, () => (may('imports.read') ? HttpResponse.json(db.tracking.settings) : forbidden())),
  http.put(API, async ({ request }) => {
    if (!may('imports.write')) return forbidden();
    const settings = (await request.json()) as TrackingSettings;
    const wrong = wrongField(settings);
    if (wrong !== undefined) {
      return HttpResponse.json({ type: 'about:blank', title: 'Unprocessable', status: 422, code: 'invalid', detail: wrong.message, errors: [wrong], request_id: 'req-0001' }, { status: 422 });
    }
    db.tracking.settings = { ...settings, click_hosts: [...new Set(settings.click_hosts)].sort() };
    return HttpResponse.json(db.tracking.settings);
  }),
];
