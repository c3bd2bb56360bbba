import { http, HttpResponse } from 'msw';

import type { Job } from '@/api/types';
import { readRules, ruleSetOf } from '@/features/rules/model/toml';

import type { SavedRules } from '../../fixtures/rules';
import { rulesEffect, savedRules } from '../../fixtures/rules';
import { db, may, resets } from '../db';
import { problem } from '../problem';

let saved: SavedRules[] = structuredClone(savedRules);
/** Text of each rules job, and how often it was asked for: it ends at the second time. */
let texts = new Map<string, { text: string; asked: number }>();
resets.push(() => {
  saved = structuredClone(savedRules);
  texts = new Map();
});

const API = '*/api/v1/brands/:brand';

function ruleSet(text: string) {
  const reading = readRules(text);
  return reading.ok ? ruleSetOf(reading.rules) : undefined;
}

/** Some of the real checks, in the server's words. */
function mistakes(text: string): string[] {
  const reading = readRules(text);
  if (!reading.ok) return [`line ${reading.line}: not valid TOML: ${reading.message}`];
  return text.split('\n').flatMap((line, place) => {
    const window = /within_days = (\d+)/.exec(line);
    if (window === null || (Number(window[1]) >= 1 && Number(window[1]) <= 3660)) return [];
    return [`line ${place + 1}: within_days = ${window[1]} is out of range; it must be a whole number from 1 to 3660`];
  });
}

function refusal(text: string) {
  const found = mistakes(text);
  if (found.length === 0) return undefined;
  const body = { type: 'about:blank', title: 'Unprocessable Content', status: 422, code: 'invalid', detail: found.join('\n'), request_id: 'req-0001' };
  return HttpResponse.json({ ...body, errors: found.map((message) => ({ field: 'text', message })) }, { status: 422 });
}

function start(kind: Job['kind'], brand: string, text: string): Job {
  const job: Job = {
    id: `rules-${texts.size + 1}`,
    kind,
    brand,
    status: 'running',
    progress: { phase: '', done: 1_200_000, total: 3_456_700, unit: '消费者' },
    created_by: '林悦',
    created_at: '2026-11-01T02:00:00Z',
    started_at: '2026-11-01T02:00:01Z',
    notes: [],
  };
  texts.set(job.id, { text, asked: 0 });
  db.jobs.unshift(job);
  return job;
}

function finish(job: Job): void {
  const text = texts.get(job.id)?.text ?? '';
  job.status = 'done';
  job.finished_at = '2026-11-01T02:00:09Z';
  if (job.kind === 'rules_preview') {
    job.result = structuredClone(rulesEffect);
    return;
  }
  const name = ruleSet(text)?.name ?? '';
  const version = 1 + Math.max(0, ...saved.filter((each) => each.name === name).map((each) => each.version));
  for (const each of saved) each.active = false;
  saved.push({ name, version, active: true, created_at: '2026-11-01T02:00:09Z', text });
  job.result = { rule_set: `${name}@${version}`, events: 20_481_233, rows: 9_120_044, vault_version: 43 };
}

const bodyText = async (request: Request) => ((await request.json()) as { text: string }).text;
const forbidden = () => problem(403, 'forbidden', 'this needs rules.write');

export const ruleHandlers = [
  http.get(`${API}/rules`, () => HttpResponse.json({ items: saved.map(({ name, version, active, created_at }) => ({ name, version, active, created_at })), next_page: null })),
  http.get(`${API}/rules/:name/:version`, ({ params }) => {
    const found = saved.find((each) => each.name === params['name'] && String(each.version) === params['version']);
    return found === undefined ? problem(404, 'not_found', 'there is no such thing here, or you may not see it') : HttpResponse.json({ ...found, rule_set: ruleSet(found.text) });
  }),
  http.post(`${API}/rules/check`, async ({ request }) => {
    if (!may('rules.write')) return forbidden();
    const text = await bodyText(request);
    return refusal(text) ?? HttpResponse.json({ rule_set: ruleSet(text) });
  }),
  http.post(`${API}/rules/preview`, async ({ request, params }) => {
    if (!may('rules.write')) return forbidden();
    const text = await bodyText(request);
    return refusal(text) ?? HttpResponse.json(start('rules_preview', String(params['brand']), text), { status: 202 });
  }),
  http.post(`${API}/rules`, async ({ request, params }) => {
    if (!may('rules.write')) return forbidden();
    const text = await bodyText(request);
    return refusal(text) ?? HttpResponse.json(start('rules_switch', String(params['brand']), text), { status: 202 });
  }),
  http.get(`${API}/jobs/:id`, ({ params }) => {
    const job = db.jobs.find((each) => each.id === params['id']);
    const memory = texts.get(String(params['id']));
    if (job === undefined || memory === undefined) return undefined;
    memory.asked += 1;
    if (memory.asked > 1 && job.status === 'running') finish(job);
    return HttpResponse.json(job);
  }),
  http.get(`${API}/jobs/:id/events`, ({ params }) => {
    const job = db.jobs.find((each) => each.id === params['id']);
    if (job === undefined || !texts.has(job.id)) return undefined;
    const before = JSON.stringify(job);
    if (job.status === 'running') finish(job);
    const body = `event: job\ndata: ${before}\n\nevent: job\ndata: ${JSON.stringify(job)}\n\n`;
    return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } });
  }),
];
