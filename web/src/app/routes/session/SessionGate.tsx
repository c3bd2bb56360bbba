import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from 'react-router';
import { useTranslation } from 'react-i18next';

import { asApiError } from '@/api/errors';
import { sessionQuery } from '@/api/queries/session';
import { ErrorState } from '@/components/feedback/ErrorState';
import { PageSkeleton } from '@/components/feedback/PageSkeleton';
import { paths } from '@/config/paths';
import { useAddress } from '@/hooks/use-address';

/** Lets in who is signed in with a password of their own; sends others to where they get there. */
export function SessionGate() {
  const session = useQuery(sessionQuery);
  const address = useAddress();
  const { pathname, search } = useLocation();
  const { t } = useTranslation();
  if (session.error !== null) {
    if (asApiError(session.error).code === 'not_signed_in') {
      const next: Record<string, string> = pathname === '/' ? {} : { next: `${pathname}${search}` };
      return <Navigate to={address(paths.signIn, next)} replace />;
    }
    return (
      <div className="db-plain">
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </div>
    );
  }
  if (session.data === undefined) {
    return (
      <div className="db-plain">
        <PageSkeleton what={t('common.state.loading')} />
      </div>
    );
  }
  if (session.data.user.password_change_needed && pathname !== paths.password) {
    return <Navigate to={address(paths.password)} replace />;
  }
  return <Outlet />;
}
