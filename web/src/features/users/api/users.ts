import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Member, NewUser, Role, User, UserChange } from '@/api/types';

export const usersKey = ['users'] as const;
export const membersKey = (brand: string) => ['brands', brand, 'members'] as const;

type Part<T> = { items: T[]; next_page?: string | null };

/** All of a list that is short by nature, page after page. */
async function every<T>(ask: (page: string | undefined) => Promise<Part<T>>): Promise<T[]> {
  const items: T[] = [];
  let page: string | undefined;
  do {
    const part = await ask(page);
    items.push(...part.items);
    page = part.next_page ?? undefined;
  } while (page !== undefined);
  return items;
}

export const usersQuery = queryOptions({
  queryKey: [...usersKey, 'list'],
  queryFn: ({ signal }) =>
    every<User>((page) => unwrap(client.GET('/api/v1/users', { params: { query: { limit: 200, ...(page === undefined ? {} : { page }) } }, signal }))),
});

export function createUser(user: NewUser, key: string): Promise<{ user: User; one_time_password: string }> {
  return unwrap(client.POST('/api/v1/users', { params: { header: { 'Idempotency-Key': key } }, body: user }));
}

export function changeUser(username: string, change: UserChange): Promise<User> {
  return unwrap(client.PATCH('/api/v1/users/{username}', { params: { path: { username } }, body: change }));
}

export async function resetPassword(username: string): Promise<string> {
  const answer = await unwrap(client.POST('/api/v1/users/{username}/password', { params: { path: { username } } }));
  return answer.one_time_password;
}

export const membersQuery = (brand: string) =>
  queryOptions({
    queryKey: [...membersKey(brand), 'list'],
    queryFn: ({ signal }) =>
      every<Member>((page) =>
        unwrap(client.GET('/api/v1/brands/{brand}/members', { params: { path: { brand }, query: { limit: 200, ...(page === undefined ? {} : { page }) } }, signal })),
      ),
  });

export function setMember(brand: string, username: string, role: Role): Promise<Member> {
  return unwrap(client.PUT('/api/v1/brands/{brand}/members/{username}', { params: { path: { brand, username } }, body: { role } }));
}

export async function removeMember(brand: string, username: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/brands/{brand}/members/{username}', { params: { path: { brand, username } } }));
}
