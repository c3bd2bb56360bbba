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

/** What was done, with what it was done to. */
export function entryWords(entry: AuditEntry, t: TFunction): string {
  const key = keyOf(entry.action);
  const target = entry.target ?? '';
  return key === undefined ? `${entry.action} ${target}`.trim() : t(`audit.words.${key}`, { target }).trim();
}
