import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import type { Definition, Selection } from '@/api/types';
import type { Day } from '@/lib/days';

export type FlowQuestion = { brand: string; from: Day; to: Day; rules: string | undefined };
export type Cell = { from: string; to: string };

const SAMPLE_SIZE = 20;
const withRules = (rules: string | undefined) => (rules === undefined ? {} : { rules });

/** Who moved from which stage to which between two days. */
export const flowQuery = ({ brand, from, to, rules }: FlowQuestion) =>
  queryOptions({
    queryKey: ['brands', brand, 'flow', from, to, rules ?? null],
    queryFn: ({ signal }) =>
      unwrap(client.GET('/api/v1/brands/{brand}/flow', { params: { path: { brand }, query: { from, to, ...withRules(rules) } }, signal })),
    placeholderData: keepPreviousData,
  });

/** Some of the people in a cell. */
export const flowPeopleQuery = ({ brand, from, to, rules }: FlowQuestion, cell: Cell) =>
  queryOptions({
    queryKey: ['brands', brand, 'flow-people', from, to, rules ?? null, cell.from, cell.to],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/brands/{brand}/flow/people', {
          params: { path: { brand }, query: { from, to, from_stage: cell.from, to_stage: cell.to, limit: SAMPLE_SIZE, ...withRules(rules) } },
          signal,
        }),
      ),
  });

const selectionsKey = (brand: string) => ['brands', brand, 'selections'] as const;

/** What was kept, newest first. */
export const selectionsQuery = (brand: string) =>
  queryOptions({
    queryKey: selectionsKey(brand),
    queryFn: async ({ signal }) =>
      (await unwrap(client.GET('/api/v1/brands/{brand}/selections', { params: { path: { brand }, query: { limit: 200 } }, signal }))).items,
  });

/** A cell as the audience language says it. */
export function cellDefinition({ from, to }: FlowQuestion, cell: Cell): Definition {
  return { all: [{ flow: { from: [cell.from], to: [cell.to], between: [from, to] } }] };
}

export function keepSelection(question: FlowQuestion, cell: Cell, name: string, idempotencyKey: string): Promise<Selection> {
  return unwrap(
    client.POST('/api/v1/brands/{brand}/selections', {
      params: { path: { brand: question.brand }, header: { 'Idempotency-Key': idempotencyKey } },
      body: { name, definition: { ...cellDefinition(question, cell), ...withRules(question.rules) } },
    }),
  );
}

export async function deleteSelection(brand: string, id: number): Promise<void> {
  await unwrap(client.DELETE('/api/v1/brands/{brand}/selections/{id}', { params: { path: { brand, id } } }));
}
