import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

import { isRefusal, needsSession } from './errors';
import { sessionKey } from './queries/session';

/** A client whose every refusal for want of a session sends the person to sign in. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (needsSession(error)) void queryClient.invalidateQueries({ queryKey: sessionKey });
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== sessionKey[0] && onError(error) }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // What the server decided will not change by asking again.
        retry: (failures, error) => failures < 2 && !isRefusal(error),
      },
    },
  });
  return queryClient;
}
