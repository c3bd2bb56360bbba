export const ACCOUNT_PARTS = ['accepted', 'duplicate', 'rejected', 'suppressed'] as const;
export type AccountPart = (typeof ACCOUNT_PARTS)[number];
/** What became of rows or events. */
export type AccountParts = Record<AccountPart, number>;
/** The same, and how many were read: the sum of the others. */
export type RowAccount = AccountParts & { read: number };

export function accountSum(account: AccountParts): number {
  return ACCOUNT_PARTS.reduce((sum, part) => sum + account[part], 0);
}

/** The account of a finished import's result, when it has one. */
export function accountOf(result: Record<string, unknown> | null | undefined): RowAccount | undefined {
  if (result === null || result === undefined) return undefined;
  const number = (name: string): number | undefined => {
    const value = result[name];
    return typeof value === 'number' ? value : undefined;
  };
  const read = number('read');
  if (read === undefined) return undefined;
  return { read, accepted: number('accepted') ?? 0, duplicate: number('duplicate') ?? 0, rejected: number('rejected') ?? 0, suppressed: number('suppressed') ?? 0 };
}
