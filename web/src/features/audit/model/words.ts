import type { TFunction } from 'i18next';

import type { AuditEntry } from '@/api/types';
import { audit } from '@/lib/i18n/zh/audit';

type Known = keyof typeof audit.words;

/** Every action that has words, as the log writes it. */
export const KNOWN_ACTIONS: string[] = Object.keys(audit.words).map((key) => key.replace('_', '.'));

function keyOf(action: string): Known | undefined {
  const key = action.replace('.', '_');
  // The check is what makes it one of the keys.
  return Object.hasOwn(audit.words, key) ? (key as Known) : undefined;
}

/** An action in words; one that we do not know, as it is written. */
export function actionName(action: string, t: TFunction): string {
  const key = keyOf(action);
  return key === undefined ? action : t(`audit.words.${key}`, { target: '' }).trim();
}

/** Who a kind of actor is; one that we do not know, as it is written. */
export function actorKindName(kind: string, t: TFunction): string {
  // The check is what makes it one of the keys.
  return Object.hasOwn(audit.actor_kind, kind) ? t(`audit.actor_kind.${kind as keyof typeof audit.actor_kind}`) : kind;
}

/** How it ended; an outcome that we do not know, as it is written. */
export function outcomeName(outcome: string, t: TFunction): string {
  return Object.hasOwn(audit.outcomes, outcome) ? t(`audit.outcomes.${outcome as keyof typeof audit.outcomes}`) : outcome;
}

/** What was done, with what it was done to. */
export function entryWords(entry: AuditEntry, t: TFunction): string {
  const key = keyOf(entry.action);
  // What was done to a brand names it only as the brand.
  const target = entry.target ?? (entry.action.startsWith('brand.') ? (entry.brand ?? '') : '');
  return key === undefined ? `${entry.action} ${target}`.trim() : t(`audit.words.${key}`, { target }).trim();
}
