import type { ThemeConfig } from 'antd';
import { theme } from 'antd';

import type { Scheme } from '@/lib/stages';

const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

const LIGHT_COLORS = {
  colorPrimaryHover: '#1E4AA8',
  colorInfoBg: '#EAF1FE',
  colorInfoBorder: '#B3C8F4',
  colorSuccessBg: '#EAF6EE',
  colorSuccessBorder: '#A9D9BB',
  colorWarningBg: '#FFF6DE',
  colorWarningBorder: '#EBCF8A',
  colorErrorBg: '#FDECEA',
  colorErrorBorder: '#F2B8B2',
};

/** 14 px text on an 8 px grid; quiet texts stay readable (4.5:1). */
export function themeConfig(scheme: Scheme): ThemeConfig {
  const isDark = scheme === 'dark';
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontFamily: FONT,
      fontSize: 14,
      borderRadius: 6,
      colorPrimary: isDark ? '#3A6FE8' : '#2B5FCE',
      colorInfo: isDark ? '#7FA8FF' : '#2B5FCE',
      colorSuccess: isDark ? '#5FD79B' : '#17753F',
      colorWarning: isDark ? '#F2C14E' : '#8A5C00',
      colorError: isDark ? '#FF8F85' : '#BF2E23',
      // The algorithm makes gray backgrounds of seeds as dark as these, and a hover that is too pale.
      ...(isDark ? {} : LIGHT_COLORS),
      colorLink: isDark ? '#8FB3FF' : '#2B5FCE',
      colorLinkHover: isDark ? '#B3CCFF' : '#1E4AA8',
      colorTextSecondary: isDark ? 'rgba(255,255,255,0.72)' : 'rgba(0,0,0,0.66)',
      colorTextTertiary: isDark ? 'rgba(255,255,255,0.65)' : 'rgba(0,0,0,0.6)',
      colorTextPlaceholder: isDark ? 'rgba(255,255,255,0.58)' : 'rgba(0,0,0,0.58)',
      colorTextDescription: isDark ? 'rgba(255,255,255,0.72)' : 'rgba(0,0,0,0.66)',
    },
    components: {
      // The algorithm makes a hovered button too pale for its white text.
      Button: isDark ? { colorPrimaryHover: '#3566D8', defaultHoverColor: '#8FB3FF', defaultHoverBorderColor: '#8FB3FF' } : {},
      Layout: { headerBg: isDark ? '#141414' : '#ffffff', siderBg: isDark ? '#141414' : '#ffffff', headerPadding: '0 16px', headerHeight: 56 },
      Tabs: isDark ? { itemSelectedColor: '#8FB3FF', itemHoverColor: '#B3CCFF', itemActiveColor: '#B3CCFF' } : {},
      Menu: isDark ? { itemSelectedBg: '#1D3A78', itemSelectedColor: '#D6E4FF' } : {},
    },
  };
}
