/** Programs that send events, and how each is pointed at this server. */
export const SENDERS = ['browser', 'node', 'python', 'curl'] as const;
export type Sender = (typeof SENDERS)[number];

/** Stands where a key has to be filled in. */
export const KEY_PLACEHOLDER = 'WRITE_KEY';

/** Where events are sent: as whoever runs the server said, or to the port that they have of their own, or to where the page is. */
export function trackingOrigin(
  tracking: { origin?: string | null; port?: number | null } | undefined,
  page: { origin: string; protocol: string; hostname: string },
): string {
  if (tracking?.origin != null) return tracking.origin;
  return tracking?.port == null ? page.origin : `${page.protocol}//${page.hostname}:${tracking.port}`;
}

/** What to paste so that a sender's events come to an address. */
export function snippet(sender: Sender, origin: string, key: string = KEY_PLACEHOLDER): string {
  switch (sender) {
    case 'browser':
      return browser(origin, key);
    case 'node':
      return `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });

analytics.track({ userId: 'u1', event: 'Product Viewed', properties: { product_id: 'p1' } });
await analytics.closeAndFlush();
`;
    case 'python':
      return `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${origin}"

analytics.track(user_id="u1", event="Product Viewed", properties={"product_id": "p1"})
analytics.shutdown()
`;
    case 'curl':
      return `curl -u '${key}:' ${origin}/v1/track \\
  -d '{"userId":"u1","event":"Product Viewed","properties":{"product_id":"p1"}}'
`;
  }
}

function browser(origin: string, key: string): string {
  const { host, protocol } = new URL(origin);
  // The SDK adds the scheme to the host by itself, and takes https where it is told nothing.
  const plain = protocol === 'http:' ? ", protocol: 'http'" : '';
  return `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load(
  { writeKey: '${key}', cdnURL: '${origin}' },
  { integrations: { 'Segment.io': { apiHost: '${host}/v1'${plain} } } },
);

analytics.identify('u1', { email: 'user@example.com' });
analytics.track('Product Viewed', { product_id: 'p1' });
`;
}
