import type { TFunction } from 'i18next';

import type { IdentityConflict } from '@/api/types';
import type { Format } from '@/lib/format/format';

import { limitName } from './words';

/** Why ids were not joined. Servers may know more. */
export const KINDS = ['cap', 'too_many_ids', 'hub', 'cut'] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(text: string | null): Kind | undefined {
  return KINDS.find((kind) => kind === text);
}

/** How many conflicts there are of each kind, among those told. */
export function countsOf(conflicts: readonly IdentityConflict[]): { kind: Kind; count: number }[] {
  return KINDS.map((kind) => ({ kind, count: conflicts.filter((one) => one.code === kind).length })).filter(({ count }) => count > 0);
}

/** A row's own key: a pair, or a hub among ids of a kind. */
export function conflictKey({ code, type, a, b, at }: IdentityConflict): string {
  return [code, type, a, b, at].join(' ');
}

/** What happened, in a sentence. */
export function conflictWords({ code, type, met }: IdentityConflict, t: TFunction, format: Format): string {
  if (kindOf(code) === undefined) return code;
  if (code === 'cut') return t('identity.conflicts.cut');
  if (code !== 'hub') return t('identity.conflicts.refused', { limit: limitName(code === 'cap' ? type : 'ids', t) });
  const n = format.exact(met);
  return type === null || type === undefined ? t('identity.conflicts.hub', { n }) : t('identity.conflicts.hub_of', { n, type: limitName(type, t) });
}
