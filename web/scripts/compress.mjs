// Puts a .br and a .gz beside every text file of dist/, and holds the budget of the first page.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url).pathname;
const BUDGET_BYTES = 450 * 1024;
const TEXT = /\.(js|css|html|svg|json|txt|map)$/;

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const gzipped = new Map();
for (const path of files(DIST).filter((path) => TEXT.test(path))) {
  // The page itself is filled in by the server (nonce) on each answer, so it is not stored compressed.
  if (path.endsWith('index.html')) continue;
  const body = readFileSync(path);
  const gz = gzipSync(body, { level: 9 });
  writeFileSync(`${path}.gz`, gz);
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
  );
  gzipped.set(path.slice(DIST.length), gz.length);
}

const page = readFileSync(join(DIST, 'index.html'), 'utf8');
const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
const bytes = first.reduce((sum, name) => sum + (gzipped.get(name) ?? 0), 0);
console.log(`first page: ${(bytes / 1024).toFixed(0)} KB of JavaScript gzipped (${first.length} files), budget ${BUDGET_BYTES / 1024} KB`);
if (bytes > BUDGET_BYTES) {
  console.error('error: over the budget; load what the first page does not need lazily');
  process.exit(1);
}
