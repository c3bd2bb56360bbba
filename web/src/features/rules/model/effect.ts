import type { FlowCell, Job, StageCount } from '@/api/types';

export type EffectSide = { rule_set: string; stages: StageCount[]; total: number };
/** What new rules would do, as the preview's job answers. */
export type Effect = { as_of: string; before: EffectSide; after: EffectSide; moved: FlowCell[] };

/** The result of a preview's job. */
export function effectOf(job: Job | undefined): Effect | undefined {
  const result = job?.status === 'done' && job.kind === 'rules_preview' ? job.result : undefined;
  if (result === null || result === undefined || !('before' in result) || !('moved' in result)) return undefined;
  // Results of jobs have no types in the document; this is the shape that the preview's description gives.
  return result as unknown as Effect;
}

export type StageRow = { code: string; before: number | undefined; after: number | undefined };

/** Each stage before and after, deepest first; one that a side lacks is unknown there, not empty. */
export function stageRows(effect: Effect): StageRow[] {
  const count = (side: EffectSide, code: string) => side.stages.find((stage) => stage.stage === code)?.consumers;
  const codes = [...effect.after.stages, ...effect.before.stages].map((stage) => stage.stage);
  const known = [...new Set(codes)];
  const after = effect.after.stages.map((stage) => stage.stage).reverse();
  const gone = known.filter((code) => !after.includes(code)).reverse();
  return [...after, ...gone].map((code) => ({ code, before: count(effect.before, code), after: count(effect.after, code) }));
}

/** Those who would change, most first. */
export function movesOf(effect: Effect): FlowCell[] {
  return effect.moved.filter((cell) => cell.from !== cell.to && cell.consumers > 0).sort((a, b) => b.consumers - a.consumers);
}

export type Matrix = { from: string[]; to: string[]; cell: (from: string, to: string) => number };

/** Who would go from where to where; stages deepest first, outside last. */
export function matrixOf(effect: Effect): Matrix {
  const cells = new Map(effect.moved.map((cell) => [`${cell.from}\u0000${cell.to}`, cell.consumers]));
  const codes = (side: EffectSide) => [...side.stages.map((stage) => stage.stage).reverse(), 'none'];
  const isUsed = (code: string, end: 'from' | 'to') => code !== 'none' || effect.moved.some((cell) => cell[end] === 'none');
  return {
    from: codes(effect.before).filter((code) => isUsed(code, 'from')),
    to: codes(effect.after).filter((code) => isUsed(code, 'to')),
    cell: (from, to) => cells.get(`${from}\u0000${to}`) ?? 0,
  };
}
