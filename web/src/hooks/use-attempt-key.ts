import { useCallback, useRef } from 'react';

import { newIdempotencyKey } from '@/lib/idempotency';

type AttemptKey = {
  /** The key of the attempt to create this; the same while neither it changes nor the attempt succeeds. */
  keyFor: (what: unknown) => string;
  /** It was created: the next attempt is another one. */
  succeeded: () => void;
};

/** Keys under which a double click, or a retry after a lost answer, creates one thing only. */
export function useAttemptKey(): AttemptKey {
  const attempt = useRef<{ what: string; key: string }>(undefined);
  const keyFor = useCallback((what: unknown) => {
    const text = JSON.stringify(what);
    if (attempt.current?.what !== text) attempt.current = { what: text, key: newIdempotencyKey() };
    return attempt.current.key;
  }, []);
  const succeeded = useCallback(() => {
    attempt.current = undefined;
  }, []);
  return { keyFor, succeeded };
}
