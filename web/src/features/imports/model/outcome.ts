import type { RejectsSummary } from '@/api/types';

export type MainReason = { code: string; isOnly: boolean };

/**
 * Why the rows of an import were refused, as far as the brand's summary tells: it counts all rejects, so it only speaks
 * for this import when there are no others.
 */
export function mainReason(rejected: number, summary: RejectsSummary | undefined): MainReason | undefined {
  const first = summary?.by_code[0];
  if (summary === undefined || first === undefined || summary.total !== rejected) return undefined;
  if (first.count === rejected) return { code: first.code, isOnly: true };
  return first.count * 2 > rejected ? { code: first.code, isOnly: false } : undefined;
}
