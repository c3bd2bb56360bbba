import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '../client';
import type { Session } from '../types';

export const sessionKey = ['session'] as const;

/** Who is signed in. Fails with `not_signed_in` when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: sessionKey,
  queryFn: ({ signal }): Promise<Session> => unwrap(client.GET('/api/v1/session', { signal })),
  staleTime: 60_000,
  retry: false,
});

export function signIn(credentials: { username: string; password: string }): Promise<Session> {
  return unwrap(client.POST('/api/v1/session', { body: credentials }));
}

export async function signOut(): Promise<void> {
  await unwrap(client.DELETE('/api/v1/session'));
}

export async function changePassword(change: { current_password: string; new_password: string }): Promise<void> {
  await unwrap(client.POST('/api/v1/session/password', { body: change }));
}

/** Proves again who is there, for what may be done only by one who has just done so. */
export async function confirmSession(password: string): Promise<void> {
  await unwrap(client.POST('/api/v1/session/confirm', { body: { password } }));
}
