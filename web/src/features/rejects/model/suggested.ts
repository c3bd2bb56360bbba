import type { RejectFilter } from '@/api/queries/rejects';
import type { Reject } from '@/api/types';

import type { TypedStep } from './steps';
import { pointerOf, typedStep } from './steps';

/** The block of events that were tracked. */
const TRACKED = 'tracked';
/** Places that steps are suggested for. */
const MOST_PLACES = 5;
/** What people write for the currency CNY. */
const YUAN = ['RMB', '人民币', '元'];

/** Whether events that were tracked are among the rows: what is not read yet may be. */
export function mayBeTracked(rows: readonly Reject[], filter: RejectFilter, isMore: boolean): boolean {
  // An event that was tracked is of no file.
  if (filter.file !== undefined && filter.file !== '') return false;
  return isMore || rows.some((row) => row.block === TRACKED);
}

/** Steps that mend what the rows were refused for, where these are obvious. They are a beginning: people change them. */
export function suggestedSteps(rows: readonly Reject[]): TypedStep[] {
  const tracked = rows.filter((row) => row.block === TRACKED);
  const codes = new Set(tracked.map((row) => row.code));
  const code = codes.size === 1 ? [...codes][0] : undefined;
  const places = [...new Set(tracked.flatMap((row) => (row.field ? [pointerOf(row.field)] : [])))].slice(0, MOST_PLACES);
  return stepsFor(code, places, tracked).map((step, key) => typedStep(key, step));
}

function stepsFor(code: string | undefined, places: readonly string[], rows: readonly Reject[]): Partial<TypedStep>[] {
  if (code === 'bad_number') {
    return places.flatMap((path) => [
      { op: 'replace', path, find: ',', with: '' },
      { op: 'to_number', path },
    ]);
  }
  if (code === 'bad_currency') {
    const written = YUAN.filter((name) => rows.some((row) => row.message.startsWith(JSON.stringify(name))));
    return places.flatMap((path) => written.map((find): Partial<TypedStep> => ({ op: 'replace', path, find, with: 'CNY' })));
  }
  // Where the id came instead is not known.
  return code === 'no_identity' ? [{ op: 'move', to: '/userId' }] : [];
}
