import { queryOptions } from '@tanstack/react-query';

import { client, unwrap } from '@/api/client';
import { ApiError } from '@/api/errors';
import { rulesKey } from '@/api/queries/rules';
import type { Job, RuleSet } from '@/api/types';

export type RuleProblem = { line?: number; message: string };
export type Checked = { ok: true; rules: RuleSet } | { ok: false; problems: RuleProblem[] };

/** The line that the server's words begin with. */
function problemOf(message: string): RuleProblem {
  const match = /^line (\d+): (.*)$/s.exec(message);
  return match === null ? { message } : { line: Number(match[1]), message: match[2] ?? '' };
}

/** What a text says, or everything that is wrong with it. A refusal is an answer here. */
export const checkQuery = (brand: string, text: string) =>
  queryOptions({
    queryKey: [...rulesKey(brand), 'check', text],
    queryFn: async ({ signal }): Promise<Checked> => {
      try {
        const answer = await unwrap(client.POST('/api/v1/brands/{brand}/rules/check', { params: { path: { brand } }, body: { text }, signal }));
        return { ok: true, rules: answer.rule_set };
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 422) throw error;
        const messages = error.fields.length > 0 ? error.fields.map((field) => field.message) : error.message.split('\n');
        return { ok: false, problems: messages.map(problemOf) };
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export function previewRules(brand: string, body: { text: string; as_of?: string }): Promise<Job> {
  return unwrap(client.POST('/api/v1/brands/{brand}/rules/preview', { params: { path: { brand } }, body }));
}

export function createRules(brand: string, text: string, key: string): Promise<Job> {
  return unwrap(client.POST('/api/v1/brands/{brand}/rules', { params: { path: { brand }, header: { 'Idempotency-Key': key } }, body: { text } }));
}
