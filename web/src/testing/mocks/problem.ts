import { HttpResponse } from 'msw';

/** A refusal as the server words it. */
export function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
  return HttpResponse.json(
    { type: 'about:blank', title: code, status, code, detail, request_id: 'req-0001' },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  );
}
