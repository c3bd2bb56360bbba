import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import { asApiError } from '@/api/errors';
import type { IdentityExplanation } from '@/api/types';

/** Why an id is whose it is and, when another is given, how the two are one person or whose the other is. */
export type Explained = {
  /** The ids as they were asked for, `TYPE:VALUE`. */
  id: string;
  other: string | undefined;
  answer: IdentityExplanation;
  /** Of the other id, where it is another person's. */
  apart: IdentityExplanation | undefined;
};

/** Ids go in the body, never in an address that would be logged, nor in the key of a query. */
export async function explainIdentity(brand: string, id: string, other?: string): Promise<Explained> {
  const ask = (body: { id: string; with?: string }) =>
    unwrap(client.POST('/api/v1/brands/{brand}/identity/explain', { params: { path: { brand } }, body }));
  const answer = await ask(other === undefined ? { id } : { id, with: other });
  const isApart = other !== undefined && (answer.path === null || answer.path === undefined);
  return { id, other, answer, apart: isApart ? await ask({ id: other }) : undefined };
}

/** An id by the number of its profile, where its value is not known. */
export const byProfile = (profile: number) => `profile:${profile}`;

export type UnlinkQuestion = { id: string; from?: string; undo: boolean };

/** Says that ids are not one person's, or takes it back; answers how many pairs it was said of. */
export async function unlinkIdentity(brand: string, body: UnlinkQuestion): Promise<number> {
  const answer = await unwrap(client.POST('/api/v1/brands/{brand}/identity/unlink', { params: { path: { brand } }, body }));
  return answer.pairs;
}

/** Whether a question failed because the brand never saw an id. */
export function isUnseen(error: unknown): boolean {
  return asApiError(error).code === 'not_found';
}

/** Joins that were refused, and ids that too many share. */
export const conflictsQuery = (brand: string) =>
  queryOptions({
    queryKey: ['brands', brand, 'identity', 'conflicts'],
    queryFn: ({ signal }) => unwrap(client.GET('/api/v1/brands/{brand}/identity/conflicts', { params: { path: { brand } }, signal })),
  });
