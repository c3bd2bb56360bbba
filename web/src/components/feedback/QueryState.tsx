import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { isRefusal } from '@/api/errors';

import { ErrorState } from './ErrorState';
import { PageSkeleton } from './PageSkeleton';

type Props<T> = {
  query: UseQueryResult<T>;
  /** What is being read, for those who wait. */
  what: string;
  /** The permission that the question needs. */
  action?: string;
  rows?: number;
  children: (data: T) => ReactNode;
};

/**
 * A question's answer, or its loading, refusal or failure. What was there stays while it is asked anew, and when that fails: what
 * somebody is typing in it must not go with an answer that was late. Only what the server refuses is taken away.
 */
export function QueryState<T>({ query, what, action, rows, children }: Props<T>) {
  const failure = query.error === null ? null : <ErrorState error={query.error} action={action} onRetry={() => void query.refetch()} />;
  if (query.data !== undefined && !isRefusal(query.error)) {
    return (
      <div aria-busy={query.isFetching} className={failure === null ? undefined : 'db-page'}>
        {failure}
        {children(query.data)}
      </div>
    );
  }
  if (failure !== null) return failure;
  return <PageSkeleton what={what} {...(rows === undefined ? {} : { rows })} />;
}
