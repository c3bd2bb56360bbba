// Walks every page in a real Chromium against the mocked API, under the server's own policy: each page in both languages,
// both schemes and two widths. Fails on what axe finds, on anything the policy refused, and on errors in the console.
// Pictures go to screenshots/. CHROMIUM names the browser (default /usr/bin/chromium); arguments keep to pages whose
// name-language-scheme-width has each of them: `npm run e2e -- flow -390`.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

import { startMockServer } from './mock-server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  { name: 'sign-in', path: '/sign-in', as: undefined },
  { name: 'password', path: '/password', as: 'new' },
  { name: 'overview', path: '/b/qingcha/overview' },
  { name: 'assets', path: '/b/qingcha/assets' },
  { name: 'full-link', path: '/b/qingcha/full-link' },
  { name: 'full-link-lines', path: '/b/qingcha/full-link?view=lines&range=90' },
  { name: 'flow', path: '/b/qingcha/flow' },
  { name: 'flow-sankey', path: '/b/qingcha/flow?view=sankey' },
  { name: 'flow-people', path: '/b/qingcha/flow?cell=A-I' },
  { name: 'flow-people-viewer', path: '/b/qingcha/flow?cell=A-I', as: 'viewer' },
  { name: 'imports', path: '/b/qingcha/imports' },
  { name: 'imports-analyst', path: '/b/qingcha/imports', as: 'analyst' },
  { name: 'new-import', path: '/b/qingcha/imports/new' },
  { name: 'new-import-running', path: '/b/qingcha/imports/new?job=job-7' },
  { name: 'rejects', path: '/b/qingcha/rejects' },
  { name: 'rejects-filtered', path: '/b/qingcha/rejects?code=no_identity' },
  { name: 'rejects-analyst', path: '/b/qingcha/rejects', as: 'analyst' },
  { name: 'rejects-viewer', path: '/b/qingcha/rejects', as: 'viewer' },
  { name: 'not-found', path: '/b/qingcha/nowhere' },
];
const wanted = process.argv.slice(2);
const OUT = new URL('../screenshots/', import.meta.url).pathname;
mkdirSync(OUT, { recursive: true });

const mock = await startMockServer();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let failed = 0;
let passed = 0;
for (const scheme of ['light', 'dark']) {
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width, height }, reducedMotion: 'reduce', bypassCSP: false });
    for (const lang of ['zh', 'en']) {
      for (const { name, path, as = 'lin' } of PAGES) {
        const id = `${name}-${lang}-${scheme}-${width}`;
        if (!wanted.every((part) => id.includes(part))) continue;
        mock.resetDb();
        mock.db.signedInAs = name === 'sign-in' ? undefined : as;
        const page = await context.newPage();
        const complaints = [];
        page.on('console', (message) => message.type() === 'error' && !message.text().includes('401') && complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        await page.goto(`${mock.url}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
        await page.waitForSelector('h1, [role=alert], .ant-result-title');
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: `${OUT}${id}.png`, fullPage: true });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (overflow > 0) complaints.push(`the page is ${overflow} px wider than the screen`);
        // Evaluated by the browser's debugger, so that the page's policy stays as it is.
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
        for (const violation of violations) {
          complaints.push(`axe ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
        }
        await page.close();
        if (complaints.length > 0) failed += 1;
        else passed += 1;
        if (complaints.length > 0) console.log(`FAILED ${id}\n  ${[...new Set(complaints)].join('\n  ')}`);
      }
    }
    await context.close();
  }
}
await browser.close();
await mock.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
