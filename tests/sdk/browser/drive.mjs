// Runs each case in a browser of its own, and says what went over the wire. usage: drive.mjs < cases.json > seen.json
//
// In: {"chromium", "page", "cases": [{"name", "sdk", "key", "user", "tracking", "options", "leave"}]}. A case loads its SDK on a
// page of another origin, does what `act` does, and either waits until the SDK has delivered or leaves the page at once.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { chromium } = createRequire(`${process.env.NODE_MODULES}/`)('playwright-core');

/** Events that a case sends: a page, an order, who it is, and something after that is known. */
const EVENTS = 4;
/** Longest that a case may take to deliver. */
const PATIENCE_MS = 20_000;

/** Without these a browser that cannot reach the internet keeps trying to. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** In the page, with Segment's SDK. */
async function segment({ key, tracking, options }) {
  const host = tracking.replace('http://', '');
  const integrations = { 'Segment.io': { apiHost: `${host}/v1`, protocol: 'http', ...options.delivery } };
  // Without `cdnSettings` it asks the CDN, that is the server.
  const cdn = options.cdn ? { cdnURL: tracking } : { cdnSettings: { integrations: { 'Segment.io': { apiKey: key } } } };
  window.sdk = AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, ...cdn }, { integrations });
  await window.sdk.ready();
  return (await window.sdk.user()).anonymousId();
}

/** In the page, with RudderStack's. */
async function rudder({ key, tracking, options }) {
  window.sdk = new rudderanalytics.RudderAnalytics();
  const load = { configUrl: tracking, ...options.load };
  await new Promise((ready) => {
    window.sdk.load(key, tracking, { ...load, onLoaded: ready });
    setTimeout(ready, 5000);
  });
  return window.sdk.getAnonymousId();
}

/** In the page, with either. */
function act({ name, user }) {
  const order = {
    order_id: `${name}-order`,
    currency: 'CNY',
    revenue: 80.06,
    products: [
      { product_id: 'sku-1', price: 19.99, quantity: 3 },
      { product_id: 'sku-2', price: 20.09, quantity: 1 },
    ],
  };
  window.sdk.page('Home', { shelf: '春茶 🍵' });
  window.sdk.track('Order Completed', order);
  window.sdk.identify(user, { name: `${name} 顾客`, email: `${user}@shop.example` });
  window.sdk.track('Conformance Probed', { largest: Number.MAX_SAFE_INTEGER, nested: { deep: [1, { ключ: [null] }] } });
}

/** How many events a body has. That of a beacon is not told: it has all of them. */
function count(body) {
  if (body === null) return EVENTS;
  const said = JSON.parse(body);
  return Array.isArray(said.batch) ? said.batch.length : 1;
}

async function run(browser, given, one) {
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  const seen = { name: one.name, console: [], failed: [], requests: [], delivered: 0 };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.console.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.console.push(`uncaught: ${error}`));
  page.on('requestfailed', (request) => {
    seen.failed.push(`${request.method()} ${request.url()} ${request.failure()?.errorText}`);
  });
  page.on('response', async (response) => {
    const request = response.request();
    if (request.url().startsWith(given.page)) return;
    const { authorization, ...rest } = await request.allHeaders();
    const entry = { method: request.method(), url: request.url(), status: response.status() };
    const told = { content_type: rest['content-type'], is_authorized: authorization !== undefined };
    seen.requests.push({ ...entry, ...told });
    if (request.method() === 'POST' && response.ok()) seen.delivered += count(request.postData());
  });
  await page.goto(`${given.page}/${one.sdk}.html`);
  const load = { segment, rudder }[one.sdk];
  seen.anonymous_id = await page.evaluate(load, one);
  await page.evaluate(act, one);
  if (one.leave) {
    await page.goto(`${given.page}/left.html`);
    await page.waitForTimeout(1000);
  } else {
    const end = Date.now() + PATIENCE_MS;
    while (seen.delivered < EVENTS && Date.now() < end) await page.waitForTimeout(100);
    // Whatever comes now comes once too often.
    await page.waitForTimeout(1000);
  }
  await context.close();
  return seen;
}

const given = JSON.parse(readFileSync(0, 'utf8'));
const browser = await chromium.launch({ executablePath: given.chromium, args: quiet });
const all = [];
for (const one of given.cases) {
  try {
    all.push(await run(browser, given, one));
  } catch (error) {
    all.push({ name: one.name, console: [`the case broke down: ${error}`], failed: [], requests: [], delivered: 0 });
  }
}
await browser.close();
console.log(JSON.stringify(all));
