import { ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import type { ReactNode } from 'react';
import { useLayoutEffect } from 'react';

import { cspNonce } from '@/config/env';
import { useLanguage } from '@/hooks/use-format';
import { useReducedMotion, useThemeMode } from '@/hooks/use-theme-mode';

import { themeConfig } from './theme';

const NONCE = cspNonce();

/** Ant Design in the theme and the language, its style tags under the page's nonce. */
export function ThemeRoot({ children }: { children: ReactNode }) {
  const { scheme } = useThemeMode();
  const language = useLanguage();
  const isStill = useReducedMotion();
  const config = themeConfig(scheme);
  useLayoutEffect(() => {
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en');
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <ConfigProvider
      theme={{ ...config, token: { ...config.token, motion: !isStill } }}
      locale={language === 'zh' ? zhCN : enUS}
      {...(NONCE === undefined ? {} : { csp: { nonce: NONCE } })}
      button={{ autoInsertSpace: false }}
    >
      <ThemeVariables>{children}</ThemeVariables>
    </ConfigProvider>
  );
}

/** The theme's colors as CSS variables on the document, for our own style sheet. */
function ThemeVariables({ children }: { children: ReactNode }) {
  const { token } = theme.useToken();
  const { scheme } = useThemeMode();
  useLayoutEffect(() => {
    const root = document.documentElement;
    const variables = {
      '--db-text': token.colorText,
      '--db-muted': token.colorTextSecondary,
      '--db-page': token.colorBgLayout,
      '--db-surface': token.colorBgContainer,
      '--db-raised': token.colorBgElevated,
      '--db-line': token.colorBorderSecondary,
      '--db-accent': token.colorPrimary,
      '--db-link': token.colorLink,
      '--db-up': scheme === 'dark' ? '#49C58A' : '#17824F',
      '--db-down': scheme === 'dark' ? '#E09A91' : '#9C4F47',
    };
    for (const [name, value] of Object.entries(variables)) root.style.setProperty(name, value);
    root.style.colorScheme = scheme;
    root.dataset['scheme'] = scheme;
  }, [token, scheme]);
  return children;
}
