import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import type { Format, Language } from '@/lib/format/format';
import { createFormat } from '@/lib/format/format';

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'zh' ? 'zh' : 'en';
}

/** Numbers in the reader's language. */
export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => createFormat(language), [language]);
}
