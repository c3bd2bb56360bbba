/** A key under which one creation may be asked for again without happening twice. */
export function newIdempotencyKey(): string {
  // `randomUUID` is missing on pages that are not served over TLS or from this machine.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
