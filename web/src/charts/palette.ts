import { theme } from 'antd';
import { useMemo } from 'react';

import { useReducedMotion, useThemeMode } from '@/hooks/use-theme-mode';
import type { Scheme, StageColor } from '@/lib/stages';
import { stageColor } from '@/lib/stages';

/** What an option needs to know of the theme, so that options are pure. */
export type Palette = {
  scheme: Scheme;
  text: string;
  muted: string;
  line: string;
  surface: string;
  /** Deepening and growing. */
  up: string;
  /** Falling back and losing. */
  down: string;
  accent: string;
  font: string;
  animate: boolean;
  stage: (code: string, codes: string[]) => StageColor;
};

export function usePalette(): Palette {
  const { token } = theme.useToken();
  const { scheme } = useThemeMode();
  const isStill = useReducedMotion();
  return useMemo(
    () => ({
      scheme,
      text: token.colorText,
      muted: token.colorTextSecondary,
      line: token.colorBorderSecondary,
      surface: token.colorBgContainer,
      up: scheme === 'dark' ? '#49C58A' : '#17824F',
      down: scheme === 'dark' ? '#D98A80' : '#9C4F47',
      accent: token.colorPrimary,
      font: token.fontFamily,
      animate: !isStill,
      stage: (code, codes) => stageColor(code, codes, scheme),
    }),
    [scheme, token, isStill],
  );
}
