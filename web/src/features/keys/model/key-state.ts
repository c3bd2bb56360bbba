import type { Key } from '@/api/types';

export type KeyState = 'live' | 'expired' | 'revoked';

/** Whether a key still opens anything. */
export function keyState(key: Key, now: Date): KeyState {
  if (key.revoked_at !== null && key.revoked_at !== undefined) return 'revoked';
  const isPast = key.expires_at !== null && key.expires_at !== undefined && Date.parse(key.expires_at) <= now.getTime();
  return isPast ? 'expired' : 'live';
}

export const LIFETIMES = { never: undefined, d30: 30, d90: 90, d365: 365 } as const;
export type Lifetime = keyof typeof LIFETIMES;

/** The instant after a lifetime from now; undefined never comes. */
export function expiryOf(lifetime: Lifetime, now: Date): string | undefined {
  const days = LIFETIMES[lifetime];
  return days === undefined ? undefined : `${new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 19)}Z`;
}
