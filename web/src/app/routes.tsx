import type { RouteObject } from 'react-router';

import { NotFoundState } from '@/components/feedback/NotFoundState';

import { Frame } from './layout/Frame';
import { BrandGate } from './routes/session/BrandGate';
import { CrashPage } from './routes/session/CrashPage';
import { HomePage } from './routes/session/HomePage';
import { PasswordPage } from './routes/session/PasswordPage';
import { Root } from './routes/session/Root';
import { SessionGate } from './routes/session/SessionGate';
import { SignInPage } from './routes/session/SignInPage';

/** Pages under a brand. Each is loaded when first visited. */
const brandPages: RouteObject[] = [
  { path: 'overview', lazy: () => import('./routes/overview/OverviewPage') },
  { path: 'assets', lazy: () => import('./routes/assets/AssetsPage') },
  { path: 'full-link', lazy: () => import('./routes/assets/FullLinkPage') },
  { path: 'flow', lazy: () => import('./routes/assets/FlowPage') },
  { path: 'imports', lazy: () => import('./routes/imports/ImportsPage') },
  { path: 'imports/new', lazy: () => import('./routes/imports/NewImportPage') },
  { path: 'tracking', lazy: () => import('./routes/tracking/TrackingPage') },
  { path: 'rejects', lazy: () => import('./routes/rejects/RejectsPage') },
  { path: 'id-conflicts', lazy: () => import('./routes/identity/ConflictsPage') },
  { path: 'consumers', lazy: () => import('./routes/consumers/FindConsumerPage') },
  { path: 'consumers/:consumer', lazy: () => import('./routes/consumers/ConsumerPage') },
  { path: 'rules', lazy: () => import('./routes/rules/RulesPage') },
  { path: 'rules/:name/:version', lazy: () => import('./routes/rules/RulesVersionPage') },
  { path: 'rules/:name/:version/edit', lazy: () => import('./routes/rules/RulesEditPage') },
  { path: 'users', lazy: () => import('./routes/users/UsersPage') },
  { path: 'keys', lazy: () => import('./routes/keys/KeysPage') },
  { path: 'audit', lazy: () => import('./routes/audit/AuditPage') },
  { path: '*', element: <NotFoundState /> },
];

export const routes: RouteObject[] = [
  {
    element: <Root />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [
      { path: '/sign-in', element: <SignInPage /> },
      {
        element: <SessionGate />,
        children: [
          { path: '/password', element: <PasswordPage /> },
          { path: '/', element: <HomePage /> },
          {
            path: '/b/:brand',
            element: <BrandGate />,
            children: [{ element: <Frame />, children: [{ errorElement: <CrashPage />, children: brandPages }] }],
          },
        ],
      },
      { path: '*', element: <NotFoundState /> },
    ],
  },
];
