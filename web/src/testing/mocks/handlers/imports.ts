import { http, HttpResponse } from 'msw';

import type { Job, PreviewRow, Upload } from '@/api/types';

import type { StoredUpload } from '../../fixtures/intake';
import { ordersMapping } from '../../fixtures/intake';
import { account, db, may } from '../db';
import { problem } from '../problem';

const BRAND = '*/api/v1/brands/:brand';
const forbidden = () => problem(403, 'forbidden', 'your role does not allow this');
const notFound = () => problem(404, 'not_found', 'there is no such thing here, or you may not see it');

function table(text: string): { columns: string[]; rows: string[][] } {
  const [columns = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return { columns, rows };
}

function wrongMapping(text: string) {
  const refuse = (field: string, message: string) =>
    HttpResponse.json({ type: 'about:blank', title: 'Unprocessable', status: 422, code: 'invalid', detail: message, errors: [{ field, message }], request_id: 'req-0001' }, { status: 422 });
  const lines = text.split('\n');
  const unclosed = lines.findIndex((line) => /^\[[^\]]*$/.test(line));
  if (unclosed >= 0) return refuse(`line ${unclosed + 1}`, 'not TOML: invalid table header, expected `.`, `]`');
  if (!/^name\s*=/m.test(text)) return refuse('line 1', 'the mapping has no `name`; add for example name = "orders"');
  const unknown = /\bamonut\b/.exec(text)?.[0];
  return unknown === undefined ? undefined : refuse('events 1', `no field named '${unknown}'; the input has order_no, paid_at, mobile, sku, amount`);
}

function eventRow(columns: string[], row: string[]): PreviewRow {
  const value = (name: string) => row[columns.indexOf(name)] || null;
  const event = { event_id: value('order_no'), ts: value('paid_at'), behavior: 'purchase', 'id.phone': value('mobile'), item_id: value('sku'), amount: value('amount') };
  const refused = event['id.phone'] === null ? { code: 'no_identity', field: 'id.phone', message: 'the row has no id of a person; give it an id.* column' } : null;
  return { row: event, refused };
}

function uploadsOf(ids: string[]): StoredUpload[] {
  return ids.flatMap((id) => db.intake.uploads.find((each) => each.upload.id === id) ?? []);
}

/** What an import of orders does when it ends. */
function endImport(source: string, uploads: StoredUpload[]): Record<string, unknown> {
  const rows = uploads.flatMap(({ text }) => {
    const { columns, rows: found } = table(text);
    return found.map((row) => eventRow(columns, row));
  });
  const rejected = rows.filter((row) => row.refused !== null).length;
  const counts = { read: rows.length, accepted: rows.length - rejected, duplicate: 0, rejected, suppressed: 0 };
  const deposit = String(db.intake.imports.length + 10);
  db.intake.uploads = db.intake.uploads.filter((each) => !uploads.includes(each));
  db.intake.imports.unshift({ deposit, kind: 'import', source, status: 'done', input_rows: rows.length, ...counts, started_at: '2026-11-01T02:00:00Z', finished_at: '2026-11-01T02:00:09Z' });
  return { ...counts, deposit, input_rows: rows.length, unreadable: 0 };
}

/** Corrected rejects: those whose field at fault is filled in are accepted. */
function endRepair(uploads: StoredUpload[]): Record<string, unknown> {
  const repaired = new Set<string>();
  let read = 0;
  for (const { text } of uploads) {
    const { columns, rows } = table(text);
    read += rows.length;
    for (const row of rows) if (!row.includes('')) repaired.add(row[columns.indexOf('_reject')] ?? '');
  }
  db.intake.rejects = db.intake.rejects.filter((each) => !repaired.has(each.id));
  db.intake.uploads = db.intake.uploads.filter((each) => !uploads.includes(each));
  return { read, accepted: repaired.size, duplicate: 0, rejected: read - repaired.size, suppressed: 0, deposit: '20', input_rows: read, unreadable: 0 };
}

export const importHandlers = [
  http.post(`${BRAND}/uploads`, async ({ request }) => {
    if (!may('imports.write')) return forbidden();
    const name = new URL(request.url).searchParams.get('name') ?? '';
    const text = await request.text();
    if (name.endsWith('.xlsx')) return problem(422, 'invalid', 'XLSX is not read; save the sheet as CSV');
    const { columns, rows } = table(text);
    const upload: Upload = {
      id: `u${db.intake.uploads.length + 1}-${name.length}`,
      name,
      bytes: text.length,
      created_at: '2026-11-01T02:00:00Z',
      format: 'csv',
      encoding: null,
      delimiter: ',',
      header: true,
      columns,
      rows: rows.slice(0, 20).map((row) => columns.map((_, place) => row[place] || null)),
      unreadable: rows.flatMap((row, place) => (row.length === columns.length ? [] : [{ line: place + 2, message: `the line has ${row.length} fields, the header ${columns.length}` }])),
    };
    db.intake.uploads.push({ upload, text });
    return HttpResponse.json(upload, { status: 201 });
  }),
  http.get(`${BRAND}/uploads/:upload`, ({ params }) => {
    const found = db.intake.uploads.find((each) => each.upload.id === params['upload']);
    return found === undefined ? notFound() : HttpResponse.json(found.upload);
  }),
  http.delete(`${BRAND}/uploads/:upload`, ({ params }) => {
    db.intake.uploads = db.intake.uploads.filter((each) => each.upload.id !== params['upload']);
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(`${BRAND}/mappings`, () => HttpResponse.json({ items: db.intake.mappings, next_page: null })),
  http.put(`${BRAND}/mappings/:name`, async ({ params, request }) => {
    const name = String(params['name']);
    if (db.intake.mappings.some((each) => each.built_in && each.name === name)) return problem(409, 'conflict', `${name} comes with the program; choose another name`);
    const mapping = { name, built_in: false, text: ((await request.json()) as { text: string }).text, updated_at: '2026-11-01T02:00:00Z' };
    db.intake.mappings = [...db.intake.mappings.filter((each) => each.name !== name), mapping];
    return HttpResponse.json(mapping);
  }),
  http.post(`${BRAND}/mappings/suggest`, () =>
    HttpResponse.json({ text: ordersMapping, notes: ['mobile looks like phone numbers: id.phone', 'paid_at is taken as the time; its zone is that of the brand', 'every row is taken as a purchase'] }),
  ),
  http.post(`${BRAND}/imports/preview`, async ({ request }) => {
    if (!may('imports.write')) return forbidden();
    const { mapping, uploads } = (await request.json()) as { mapping: string; uploads: string[] };
    const wrong = wrongMapping(mapping);
    if (wrong !== undefined) return wrong;
    const rows = uploadsOf(uploads).flatMap(({ text }) => {
      const { columns, rows: found } = table(text);
      return found.slice(0, 10).map((row) => eventRow(columns, row));
    });
    return HttpResponse.json({ blocks: [{ block: 'events 1', columns: ['event_id', 'ts', 'behavior', 'id.phone', 'item_id', 'amount'], rows }] });
  }),
  http.get(`${BRAND}/imports`, () => (may('imports.read') ? HttpResponse.json({ items: db.intake.imports, next_page: null }) : forbidden())),
  http.post(`${BRAND}/imports`, async ({ request, params }) => {
    if (!may('imports.write')) return forbidden();
    const { mapping, uploads, source } = (await request.json()) as { mapping: string; uploads: string[]; source?: string };
    const key = request.headers.get('idempotency-key') ?? '';
    const before = db.jobs.find((job) => job.id === db.intake.jobsByKey.get(key));
    if (before !== undefined) return HttpResponse.json(before, { status: 202 });
    const files = uploadsOf(uploads);
    const bytes = files.reduce((sum, each) => sum + each.upload.bytes, 0);
    const job: Job = {
      id: String(100 + db.jobs.length),
      kind: 'import',
      brand: String(params['brand']),
      status: 'waiting',
      progress: { phase: '', done: 0, total: bytes, unit: 'bytes', rows: null },
      created_by: account()?.name ?? '',
      created_at: '2026-11-01T02:00:00Z',
      notes: [],
    };
    db.jobs.unshift(job);
    db.intake.jobsByKey.set(key, job.id);
    const name = source ?? /^name\s*=\s*"([^"]*)"/m.exec(mapping)?.[1] ?? mapping;
    db.intake.endings.set(job.id, () => (mapping === 'rejects' ? endRepair(files) : endImport(name, files)));
    return HttpResponse.json(job, { status: 202 });
  }),
];
