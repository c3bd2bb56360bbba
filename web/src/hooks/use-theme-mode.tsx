import type { ReactNode } from 'react';
import { createContext, useContext, useMemo, useState, useSyncExternalStore } from 'react';

import type { Scheme } from '@/lib/stages';

export type ThemeMode = 'system' | 'light' | 'dark';
type Theme = { mode: ThemeMode; scheme: Scheme; setMode: (mode: ThemeMode) => void };

const STORED = 'databank.theme';
const ThemeContext = createContext<Theme>({ mode: 'system', scheme: 'light', setMode: () => undefined });

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

export function ThemeModeProvider({ children }: { children: ReactNode }) {
  const [mode, setMode] = useState<ThemeMode>(() => {
    const stored = localStorage.getItem(STORED);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  });
  const systemIsDark = useMedia('(prefers-color-scheme: dark)');
  const theme = useMemo<Theme>(
    () => ({
      mode,
      scheme: mode === 'system' ? (systemIsDark ? 'dark' : 'light') : mode,
      setMode: (next) => {
        localStorage.setItem(STORED, next);
        setMode(next);
      },
    }),
    [mode, systemIsDark],
  );
  return <ThemeContext value={theme}>{children}</ThemeContext>;
}

export function useThemeMode(): Theme {
  return useContext(ThemeContext);
}

export function useReducedMotion(): boolean {
  return useMedia('(prefers-reduced-motion: reduce)');
}

/** Narrow enough that navigation moves into a drawer and charts give way to tables. */
export function useIsNarrow(): boolean {
  return useMedia('(max-width: 767px)');
}
