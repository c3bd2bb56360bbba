import { expect, test } from 'vitest';

import { KEY_PLACEHOLDER, SENDERS, snippet, trackingOrigin } from './snippets';

test('every sender is told the address and the key', () => {
  for (const sender of SENDERS) {
    const text = snippet(sender, 'https://data.example.com', 'dbk_w1_secret');
    expect(text).toContain('data.example.com');
    expect(text).toContain('dbk_w1_secret');
    expect(snippet(sender, 'https://data.example.com')).toContain(KEY_PLACEHOLDER);
  }
});

test('a browser is told the scheme only where it would guess wrong', () => {
  expect(snippet('browser', 'https://data.example.com')).toContain("apiHost: 'data.example.com/v1' }");
  expect(snippet('browser', 'http://127.0.0.1:8080')).toContain("apiHost: '127.0.0.1:8080/v1', protocol: 'http' }");
});

test('events are sent where the server says, to their own port, or to where the page is', () => {
  const page = { origin: 'https://data.example.com:8443', protocol: 'https:', hostname: 'data.example.com' };
  expect(trackingOrigin({ origin: 'https://collect.example.com', port: null }, page)).toBe('https://collect.example.com');
  expect(trackingOrigin({ origin: null, port: 9443 }, page)).toBe('https://data.example.com:9443');
  expect(trackingOrigin({ origin: null, port: null }, page)).toBe(page.origin);
  expect(trackingOrigin(undefined, page)).toBe(page.origin);
});
