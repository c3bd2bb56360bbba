import type { Selection } from '@/api/types';

export type SelectionWords = { from: string[]; to: string[]; between: string[] };

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** What a kept flow means; undefined when the definition says something else. */
export function selectionWords(selection: Selection): SelectionWords | undefined {
  const all = selection.definition['all'];
  const [condition] = Array.isArray(all) ? (all as unknown[]) : [];
  if (typeof condition !== 'object' || condition === null || !('flow' in condition)) return undefined;
  const flow = condition.flow;
  if (typeof flow !== 'object' || flow === null) return undefined;
  const part = (name: string) => texts(Object.entries(flow).find(([key]) => key === name)?.[1]);
  return { from: part('from'), to: part('to'), between: part('between') };
}
