// Serves dist/ as the real server does (nonce, policy, compressed siblings) and answers the API with the test mocks.
// For looking at pages and for browser tests without a backend: npm run build && npm run mock
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { createServer as createVite } from 'vite';

const ROOT = new URL('..', import.meta.url).pathname;
const DIST = join(ROOT, 'dist');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html; charset=utf-8' };

/** Starts at a free port (or PORT) and returns the address and how to stop. */
export async function startMockServer(port = 0) {
  const vite = await createVite({ root: ROOT, server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: 'custom', logLevel: 'error' });
  const { getResponse } = await vite.ssrLoadModule('msw');
  const { handlers } = await vite.ssrLoadModule('/src/testing/mocks/handlers/all.ts');
  const { db, resetDb } = await vite.ssrLoadModule('/src/testing/mocks/db.ts');

  async function api(request, response, url) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    const answer = await getResponse(
      handlers,
      new Request(url, { method: request.method, headers: request.headers, ...(hasBody ? { body: Buffer.concat(chunks) } : {}) }),
    );
    if (answer === undefined) {
      response.writeHead(404, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ status: 404, code: 'not_found', detail: 'no mock for this', request_id: 'mock' }));
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    // Piece by piece, so that events arrive when they happen.
    for await (const piece of answer.body ?? []) response.write(piece);
    response.end();
  }

  function page(response) {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      'content-type': TYPES['.html'],
      'content-security-policy': `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'`,
    });
    response.end(readFileSync(join(DIST, 'index.html'), 'utf8').replaceAll('__CSP_NONCE__', nonce));
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/api/')) return void api(request, response, url).catch((error) => response.destroy(error));
    const file = join(DIST, normalize(url.pathname));
    if (extname(file) === '' || !file.startsWith(DIST) || !existsSync(file)) return page(response);
    const isBrotli = existsSync(`${file}.br`) && String(request.headers['accept-encoding']).includes('br');
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...(isBrotli ? { 'content-encoding': 'br' } : {}) });
    response.end(readFileSync(isBrotli ? `${file}.br` : file));
  });
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    db,
    resetDb,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await vite.close();
    },
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { url } = await startMockServer(Number(process.env.PORT ?? 4173));
  console.log(`pages with mocked answers at ${url} (sign in as lin, right-password)`);
}
