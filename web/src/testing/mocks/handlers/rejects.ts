import { http, HttpResponse } from 'msw';

import type { Reject, RepairStep, Replayed, ReplayedExample, ReplayQuestion } from '@/api/types';

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

/** An event after the steps, as far as the tests need them: at places that are names only. */
function repaired(text: string, steps: readonly RepairStep[]): string {
  const event = JSON.parse(text) as Record<string, unknown>;
  for (const { op, path, find, with: put } of steps) {
    const names = path.split('/').slice(1);
    const last = names.pop() ?? '';
    const holder = names.reduce<Record<string, unknown>>((at, name) => (at[name] ?? {}) as Record<string, unknown>, event);
    const value = holder[last];
    if (op === 'replace' && typeof value === 'string') holder[last] = value.replaceAll(find ?? '', put ?? '');
    if (op === 'to_number' && value !== undefined && Number.isFinite(Number(value))) holder[last] = Number(value);
  }
  return JSON.stringify(event);
}

/** Reads an event again: it is accepted when its total is a number. */
function readAgain({ id, code, message, row }: Reject, steps: readonly RepairStep[]): ReplayedExample {
  const event = String(row['_event']);
  const now = repaired(event, steps);
  const { properties } = JSON.parse(now) as { properties?: { total?: unknown } };
  const common = { id, was: code, event, repaired: now === event ? null : now };
  return typeof properties?.total === 'number' ? { ...common, outcome: 'accepted', code: null, message: null } : { ...common, outcome: 'rejected', code, message };
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
  http.post(`${REJECTS}/replay`, async ({ request }) => {
    if (!may('imports.write')) return forbidden();
    const { code, source, q, steps = [], dry_run: isTrial } = (await request.json()) as ReplayQuestion;
    const query = new URLSearchParams(Object.entries({ code, source, q }).flatMap(([name, value]) => (value ? [[name, value]] : [])));
    const tracked = matching(query).filter((reject) => reject.block === 'tracked');
    const examples = tracked.map((reject) => readAgain(reject, steps));
    const accepted = examples.filter((example) => example.outcome === 'accepted');
    if (isTrial !== true) db.intake.rejects = db.intake.rejects.filter((reject) => !accepted.some((example) => example.id === reject.id));
    const answer: Replayed = { read: examples.length, accepted: accepted.length, duplicate: 0, rejected: examples.length - accepted.length, suppressed: 0, cut: 0, next: null, examples, vault_version: 43 };
    return HttpResponse.json(answer);
  }),
];
