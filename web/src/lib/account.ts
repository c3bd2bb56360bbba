/** What became of rows: `read` is the sum of the others. */
export type RowAccount = { read: number; accepted: number; duplicate: number; rejected: number; suppressed: number };

export const ACCOUNT_PARTS = ['accepted', 'duplicate', 'rejected', 'suppressed'] as const;

export function accountSum(account: RowAccount): number {
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
