import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';

import { preferredLanguage } from '@/lib/i18n/i18n';

/** Keeps the language that the address names. */
export function Root() {
  const { i18n } = useTranslation();
  const { search } = useLocation();
  const language = preferredLanguage(search);
  useEffect(() => {
    if (i18n.language !== language) void i18n.changeLanguage(language);
  }, [i18n, language]);
  return (
    <>
      <Outlet />
      <ScrollRestoration getKey={(location) => location.pathname} />
    </>
  );
}
