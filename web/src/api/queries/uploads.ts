import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';
import { ApiError, toApiError } from '../errors';
import type { Upload } from '../types';

/** An uploaded file as it was found. It is there until it is imported, deleted or swept away. */
export const uploadQuery = (brand: string, id: string) =>
  queryOptions({
    queryKey: ['brands', brand, 'uploads', id] as const,
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/brands/{brand}/uploads/{upload}', { params: { path: { brand, upload: id } }, signal })),
    // What was found in a file does not change.
    staleTime: Number.POSITIVE_INFINITY,
  });

export async function deleteUpload(brand: string, id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/brands/{brand}/uploads/{upload}', { params: { path: { brand, upload: id } } }));
}

type Options = { signal: AbortSignal; onProgress: (sent: number) => void };

/** Sends a file. `fetch` cannot tell how much of a body is sent, so this is an XMLHttpRequest. */
export function sendFile(brand: string, file: File, { signal, onProgress }: Options): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const address = new URL(`/api/v1/brands/${encodeURIComponent(brand)}/uploads`, location.origin);
    address.searchParams.set('name', file.name);
    request.open('POST', address);
    request.setRequestHeader('accept', 'application/json, application/problem+json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    const onAbort = () => request.abort();
    signal.addEventListener('abort', onAbort);
    request.addEventListener('loadend', () => signal.removeEventListener('abort', onAbort));
    request.addEventListener('abort', () => reject(new DOMException('upload canceled', 'AbortError')));
    request.addEventListener('error', () => reject(new ApiError({ status: 0, code: 'unreachable', detail: '' })));
    request.addEventListener('load', () => {
      const body = parsed(request.responseText);
      // The document says that this operation answers 201 with an `Upload`.
      if (request.status === 201) resolve(body as Upload);
      else reject(toApiError(asResponse(request), body));
    });
    if (signal.aborted) request.abort();
    else request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asResponse(request: XMLHttpRequest): Response {
  const retryAfter = request.getResponseHeader('retry-after');
  return new Response(null, { status: request.status, statusText: request.statusText, headers: retryAfter === null ? {} : { 'retry-after': retryAfter } });
}
