import type { Problem } from './types';

/** What the server refused, or that it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  /** Stable code of the problem; `unreachable` when there was no answer. */
  readonly code: string;
  readonly requestId: string | undefined;
  /** What is wrong with which field. */
  readonly fields: { field: string; message: string }[];
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Partial<Omit<Problem, 'code'>> & { status: number; code: string }, retryAfterSeconds?: number) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.request_id;
    this.fields = problem.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A problem body as an error, whatever a proxy on the way made of it. */
export function toApiError(response: Response, body: unknown): ApiError {
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {};
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  return new ApiError(
    { title: response.statusText, ...problem, status: response.status, code: problem.code ?? `http_${response.status}` },
    Number.isNaN(retryAfter) ? undefined : retryAfter,
  );
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({ status: 0, code: 'unreachable', detail: error instanceof Error ? error.message : String(error) });
}

/** The person must sign in, or set a password, before anything else. */
export function needsSession(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 'not_signed_in' || error.code === 'password_change_needed');
}

/** The server decided so, and will again: it is neither late nor away, nor asked too often. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}
