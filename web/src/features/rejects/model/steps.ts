import type { RepairStep } from '@/api/types';

export const OPERATIONS = ['replace', 'to_number', 'to_text', 'set', 'remove', 'move'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** As many as the server takes. */
export const MOST_STEPS = 50;

/** A step as it is typed. What its operation does not need is kept for when it is chosen again. */
export type TypedStep = { key: number; op: Operation; path: string; to: string; value: string; find: string; with: string };

/** What keeps a step from being done, by its field. */
export type StepProblems = Partial<Record<'path' | 'to' | 'find', 'required' | 'no_pointer' | 'many'>>;

export function typedStep(key: number, step: Partial<Omit<TypedStep, 'key'>> = {}): TypedStep {
  return { op: 'replace', path: '', to: '', value: '', find: '', with: '', ...step, key };
}

/** A name as it stands in a JSON pointer. */
export function pointerName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The place that a reject's field means, as a JSON pointer: of `properties.products.0.price` the price of every product. */
export function pointerOf(field: string): string {
  return field
    .split('.')
    .map((name) => `/${/^\d+$/.test(name) ? '*' : pointerName(name)}`)
    .join('');
}

/** What is typed as a value: JSON where it is JSON, else the text itself. */
export function valueOf(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

function placeProblem(path: string, isOne: boolean): 'required' | 'no_pointer' | 'many' | undefined {
  if (path === '') return 'required';
  if (!path.startsWith('/') || path === '/') return 'no_pointer';
  return isOne && path.split('/').includes('*') ? 'many' : undefined;
}

export function problemsOf(step: TypedStep): StepProblems {
  const isMove = step.op === 'move';
  const path = placeProblem(step.path.trim(), isMove);
  const to = isMove ? placeProblem(step.to.trim(), true) : undefined;
  return { ...(path && { path }), ...(to && { to }), ...(step.op === 'replace' && step.find === '' && { find: 'required' as const }) };
}

/** The steps as the server takes them. */
export function stepsOf(steps: readonly TypedStep[]): RepairStep[] {
  return steps.map((step) => {
    const { op } = step;
    const path = step.path.trim();
    if (op === 'set') return { op, path, value: valueOf(step.value) };
    if (op === 'move') return { op, path, to: step.to.trim() };
    if (op === 'replace') return { op, path, find: step.find, with: step.with };
    return { op, path };
  });
}

/** The same steps with one of them a place further up or down. */
export function moved<Item>(items: readonly Item[], from: number, by: 1 | -1): Item[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(from + by, 0, item);
  return next;
}
