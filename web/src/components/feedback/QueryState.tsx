import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

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

/** A question's answer, or its loading, refusal or failure. What was there stays while it is asked anew. */
export function QueryState<T>({ query, what, action, rows, children }: Props<T>) {
  if (query.data !== undefined && query.error === null) return <div aria-busy={query.isFetching}>{children(query.data)}</div>;
  if (query.error !== null) return <ErrorState error={query.error} action={action} onRetry={() => void query.refetch()} />;
  return <PageSkeleton what={what} {...(rows === undefined ? {} : { rows })} />;
}
