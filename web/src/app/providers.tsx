import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { ReactNode } from 'react';

import { ThemeModeProvider } from '@/hooks/use-theme-mode';

import { ThemeRoot } from './ThemeRoot';

/** Everything that pages stand on, the router excepted. */
export function Providers({ queryClient, children }: { queryClient: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queryClient}>
      <ThemeModeProvider>
        <ThemeRoot>
          <App component={false}>{children}</App>
        </ThemeRoot>
      </ThemeModeProvider>
    </QueryClientProvider>
  );
}
