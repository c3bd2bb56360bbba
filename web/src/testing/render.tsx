import { createCache, StyleProvider } from '@ant-design/cssinjs';
import type { QueryClient } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';

import { Providers } from '@/app/providers';
import { routes } from '@/app/routes';
import { createQueryClient } from '@/api/query-client';

/** The whole application at an address, with a user. */
export function renderApp(path: string) {
  const queryClient: QueryClient = createQueryClient();
  queryClient.setDefaultOptions({ queries: { retry: false, staleTime: 30_000 } });
  const router = createMemoryRouter(routes, { initialEntries: [path] });
  const view = render(
    // Without the component library's style sheets, which would be matched against every element at every look-up by role.
    <StyleProvider mock="server" cache={createCache()}>
      <Providers queryClient={queryClient}>
        <RouterProvider router={router} />
      </Providers>
    </StyleProvider>,
  );
  return { ...view, router, queryClient, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }) };
}
