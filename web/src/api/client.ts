import createClient from 'openapi-fetch';

import type { paths } from './__generated__/schema';
import { ApiError, toApiError } from './errors';

/**
 * The server, by its own document. The session is a cookie of this origin only; the server checks that unsafe
 * requests come from its own pages, so there is no token to carry.
 */
export const client = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  credentials: 'same-origin',
  headers: { accept: 'application/json, application/problem+json' },
  // Looked up at each call, so that tests may stand in for the network.
  fetch: (request) => globalThis.fetch(request),
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of a good answer; throws an `ApiError` otherwise. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  let settled: Answer<T>;
  try {
    settled = await answer;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError({ status: 0, code: 'unreachable', detail: cause instanceof Error ? cause.message : '' });
  }
  const { data, error, response } = settled;
  if (!response.ok) throw toApiError(response, error);
  // A 204 has no body, and its operation's type says so.
  return data as T;
}
