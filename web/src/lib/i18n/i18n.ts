import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

import type { Language } from '../format/format';
import { en } from './en/messages';
import { zh } from './zh/messages';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zh };
  }
}

const STORED = 'databank.language';

export function isLanguage(text: string | null | undefined): text is Language {
  return text === 'zh' || text === 'en';
}

/** The language of the address, else the one chosen last, else the browser's. */
export function preferredLanguage(search: string): Language {
  const inUrl = new URLSearchParams(search).get('lang');
  if (isLanguage(inUrl)) return inUrl;
  const stored = localStorage.getItem(STORED);
  if (isLanguage(stored)) return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORED, language);
}

/** `{{n, plural(one: row; other: rows)}}`: a number, which may be written out already, and the word that goes with it. */
function plural(value: unknown, language: string | undefined, words: Record<string, unknown>): string {
  const number = typeof value === 'number' ? value : Number(String(value).replaceAll(',', ''));
  const word = words[new Intl.PluralRules(language).select(number)] ?? words.other;
  return `${String(value)} ${String(word)}`;
}

/** Starts translation. Both languages are on board: together they are small. */
export function startI18n(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  i18next.services.formatter?.add('plural', plural);
}
