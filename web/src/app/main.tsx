import './styles.css';
import './data-pages.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';

import { createQueryClient } from '@/api/query-client';
import { giveStylesTheNonce } from '@/config/style-nonce';
import { preferredLanguage, startI18n } from '@/lib/i18n/i18n';

import { Providers } from './providers';
import { routes } from './routes';

giveStylesTheNonce();
startI18n(preferredLanguage(location.search));
const queryClient = createQueryClient();
const router = createBrowserRouter(routes);
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no element #root');

createRoot(root).render(
  <StrictMode>
    <Providers queryClient={queryClient}>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
);
