// Sends a workload by @rudderstack/rudder-sdk-node. usage: rudder_node.mjs KEY URL WORKLOAD
//
// Gives a batch up after `retryCount` = 3 retries: the fewest of all. Waits 0.2, 0.4 and 0.8 s before them, or as long as a
// Retry-After says. Sends the same bytes again, with the `sentAt` of the first time. What it gives up would be an unhandled
// rejection, which ends the process, were there no `errorHandler`.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [key, url, workload] = process.argv.slice(2);
const Analytics = createRequire(`${process.env.NODE_MODULES}/`)('@rudderstack/rudder-sdk-node');

const dropped = [];
// At its usual level it reports each failed try on standard output.
const analytics = new Analytics(key, { dataPlaneUrl: url, logLevel: 'none', errorHandler: () => {} });

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const calls = readFileSync(workload, 'utf8').trimEnd().split('\n');
let open = 0;
for (const line of calls) {
  const { call, timestamp, ...said } = JSON.parse(line);
  open += 1;
  analytics[call](timestamp === undefined ? said : { ...said, timestamp: new Date(timestamp) }, (error) => {
    open -= 1;
    if (error) dropped.push(String(error));
  });
  // It measures its whole queue whenever something is added, and drops what comes when 20,000 wait.
  while (analytics.queue.length >= 200) await sleep(5);
}
// A flush takes one batch, and its promise is of the last batch only.
while (open > 0) {
  if (analytics.queue.length > 0) analytics.flush();
  await sleep(50);
}
console.log(JSON.stringify({ sent: calls.length, dropped }));
