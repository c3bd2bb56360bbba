import { resets } from './db';
import { problem } from './problem';

let isConfirmed = false;
resets.push(() => {
  isConfirmed = false;
});

export function confirm(): void {
  isConfirmed = true;
}

/** The refusal of what needs the password once more; undefined when it was just given. */
export function confirmationNeeded() {
  return isConfirmed ? undefined : problem(403, 'confirmation_needed', 'confirm the password with POST /api/v1/session/confirm');
}
