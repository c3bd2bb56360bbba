import type { TFunction } from 'i18next';

import type { ExplainedId } from '@/api/types';
import type { Format } from '@/lib/format/format';
import { idTypeName } from '@/lib/id-types';

import type { Edge, Part } from './graph';
import { isOutcome } from './graph';

/** What the words need: the ids that are known by their profiles, and how times are written. */
export type Words = { t: TFunction; format: Format; timezone: string; known: ReadonlyMap<number, ExplainedId>; own: ReadonlySet<number> };

/** An id as it may be shown. */
export function idName(profile: number, { t, known, own }: Pick<Words, 't' | 'known' | 'own'>): string {
  const id = known.get(profile);
  if (id === undefined) return `${t('identity.others_profile')} ${profile}`;
  const name = [idTypeName(id.type, t), id.masked].filter(Boolean).join(' ');
  return own.has(profile) ? name : t('identity.others', { name });
}

/** What became of a link, in a word. */
export function outcomeName(outcome: string, t: TFunction): string {
  return isOutcome(outcome) ? t(`identity.outcome.${outcome}`) : outcome;
}

/** Whose limit it is, in words. */
export function limitName(limit: string | null | undefined, t: TFunction): string {
  return limit === 'ids' || limit === null || limit === undefined ? t('identity.all_ids') : idTypeName(limit, t);
}

/** Why some links of a pair came to what they came to. */
export function reasonOf(edge: Edge, part: Part, words: Words): string {
  const { t, own } = words;
  const [a, b] = [idName(edge.a, words), idName(edge.b, words)];
  const isOthers = part.outcome === 'owns' && !own.has(edge.b);
  if (isOthers) return t('identity.reason.owns_other', { a, b });
  return isOutcome(part.outcome) ? t(`identity.reason.${part.outcome}`, { a, b, limit: limitName(part.limit, t) }) : `${a} – ${b}: ${part.outcome}`;
}

/** When some links of a pair were seen. */
export function seenOf(part: Part, { t, format, timezone }: Pick<Words, 't' | 'format' | 'timezone'>): string {
  const first = format.instant(part.first, timezone);
  return part.count === 1 ? first : t('identity.seen_days', { first, count: part.count });
}

/** When an id that several people used is the person's. */
export function stretchesOf(id: ExplainedId, { t, format, timezone }: Pick<Words, 't' | 'format' | 'timezone'>): string {
  return id.stretches
    .map(({ from, until }) => {
      const [start, end] = [from, until].map((instant) => (instant === null || instant === undefined ? '' : format.instant(instant, timezone)));
      if (!start) return t('identity.stretch.until', { end });
      return end ? t('identity.stretch.between', { start, end }) : t('identity.stretch.from', { start });
    })
    .join(t('identity.stretch.and'));
}
