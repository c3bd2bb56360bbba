import type { Selection } from '@/api/types';

export type SelectionWords = { from: string[]; to: string[]; between: string[] };

/** What a kept flow means; undefined when the definition says something else, as a later server's may. */
export function selectionWords(selection: Selection): SelectionWords | undefined {
  const { all } = selection.definition as Partial<Selection['definition']>;
  const flow = (all?.[0] as Partial<Selection['definition']['all'][number]> | undefined)?.flow;
  return flow === undefined || all?.length !== 1 ? undefined : { from: flow.from, to: flow.to, between: flow.between };
}
