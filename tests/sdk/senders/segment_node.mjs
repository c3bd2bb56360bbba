// Sends a workload by @segment/analytics-node. usage: segment_node.mjs KEY URL WORKLOAD
//
// Gives a batch up after `maxRetries` = 10 retries (those that a Retry-After asks for are not counted, up to 20 more), or
// after 12 hours. Waits 1 to 2 s before the first retry, twice as long before each further one, and cannot be told to be
// quicker; a 429 with Retry-After holds all batches back. A request may take 10 s.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [key, url, workload] = process.argv.slice(2);
const { Analytics } = createRequire(`${process.env.NODE_MODULES}/`)('@segment/analytics-node');

const analytics = new Analytics({ writeKey: key, host: url });
const dropped = [];
analytics.on('error', (error) => dropped.push(String(error.reason ?? error.code)));

const calls = readFileSync(workload, 'utf8').trimEnd().split('\n');
for (const [place, line] of calls.entries()) {
  const { call, timestamp, ...said } = JSON.parse(line);
  analytics[call](timestamp === undefined ? said : { ...said, timestamp: new Date(timestamp) });
  // Each full batch is sent at once, however many are on their way. As many as a busy service would have.
  if (place % 300 === 299) await new Promise((resolve) => setTimeout(resolve, 50));
}
await analytics.closeAndFlush();
console.log(JSON.stringify({ sent: calls.length, dropped }));
