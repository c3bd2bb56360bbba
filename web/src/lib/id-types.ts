import type { TFunction } from 'i18next';

/** The types of ids that imports know, strongest first. Brands may have others. */
export const ID_TYPES = [
  'phone',
  'email',
  'member_card',
  'member',
  'unionid',
  'openid',
  'taobao',
  'tmall',
  'jd',
  'douyin',
  'user_id',
  'customer_id',
  'device_id',
  'imei',
  'idfa',
  'oaid',
  'anonymous_id',
  'cookie',
] as const;

/** How a type of a brand's own is spelled. */
export const OWN_TYPE = /^[a-z][a-z0-9_]{0,63}$/;

type IdType = (typeof ID_TYPES)[number];

function isKnown(type: string): type is IdType {
  return (ID_TYPES as readonly string[]).includes(type);
}

/** A type's name; a digest's as that of what it is a digest of. */
export function idTypeName(type: string, t: TFunction): string {
  if (isKnown(type)) return t(`consumers.id_types.${type}`);
  const match = /^(.+)_(sha256|md5)$/.exec(type);
  const [, base = '', digest = ''] = match ?? [];
  return isKnown(base) ? `${t(`consumers.id_types.${base}`)} ${digest.toUpperCase()}` : type;
}
