import type { TFunction } from 'i18next';

/** Roles, least first. Each may all that those before it may. */
export const ROLES = ['viewer', 'analyst', 'operator', 'owner'] as const;

/** What a key of kind `api` may be allowed. */
export const KEY_SCOPES = [
  'assets.read',
  'consumers.read',
  'selections.write',
  'rejects.summary',
  'imports.read',
  'imports.write',
  'rejects.read',
  'rules.write',
] as const;

const ACTIONS: readonly string[] = [...KEY_SCOPES, 'keys.manage', 'members.manage', 'audit.read', 'installation.manage'];

type ActionKey = `access.action.${'assets_read' | 'consumers_read'}`;

/** A permission in words; one that we do not know, as it is written. */
export function actionWords(action: string, t: TFunction): string {
  // The list has just said that there is a text of this name.
  return ACTIONS.includes(action) ? t(`access.action.${action.replace('.', '_')}` as ActionKey) : action;
}
