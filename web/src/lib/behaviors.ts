import type { TFunction } from 'i18next';

/** What consumers do, in the order of the contract. A brand may add its own, `custom:<name>`. */
export const BEHAVIORS = [
  'view',
  'content_view',
  'live_view',
  'ad_impression',
  'ad_click',
  'visit',
  'search',
  'favorite',
  'cart',
  'follow',
  'unfollow',
  'like',
  'comment',
  'share',
  'sample',
  'book',
  'chat',
  'aftersale',
  'join_member',
  'leave_member',
  'claim',
  'order',
  'purchase',
  'refund',
  'review',
  'message_sent',
  'message_delivered',
  'message_open',
  'message_click',
  'consent',
] as const;

export type Behavior = (typeof BEHAVIORS)[number];

const KNOWN = new Set<string>(BEHAVIORS);

export function isBuiltIn(code: string): code is Behavior {
  return KNOWN.has(code);
}

/** A behavior's name; a brand's own is called what it is called. */
export function behaviorName(code: string, t: TFunction): string {
  return isBuiltIn(code) ? t(`behaviors.name.${code}`) : code.replace(/^custom:/, '');
}

/** A behavior as what somebody did: `bought`. */
export function behaviorDid(code: string, t: TFunction): string {
  return isBuiltIn(code) ? t(`behaviors.did.${code}`) : code.replace(/^custom:/, '');
}
