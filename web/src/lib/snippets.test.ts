import { expect, test } from 'vitest';

import { KEY_PLACEHOLDER, SENDERS, snippet } from './snippets';

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
