/** How numbers are written. Unknown is "—", below a threshold "< 50", zero "0": they never look alike. */

export type Language = 'zh' | 'en';

/** A count that the server answers with, does not know, or hides below a threshold. */
export type Count = number | null | undefined | { below: number };

export type Money = { minor: number; currency: string };

export const UNKNOWN = '—';
const MINUS = '−';
/** Keeps a number and its unit on one line. */
const SPACE = '\u00a0';
/** From here on numbers are shortened; the exact one is shown on hover. */
const SHORT_FROM = 100_000;
const WAN = 10_000;
const YI = 100_000_000;

export type Format = {
  language: Language;
  /** A count, shortened when large. */
  count: (value: Count) => string;
  /** A count to the last digit. */
  exact: (value: Count) => string;
  /** A signed count. */
  change: (value: number | null | undefined) => string;
  /** A share as percent, to 0.1 pp. */
  rate: (value: number | null | undefined) => string;
  /** A signed relative change, in percent. */
  relative: (value: number | null | undefined) => string;
  /** A difference of two shares, in percentage points. */
  points: (value: number | null | undefined) => string;
  /** `x : 1` */
  ratio: (value: number | null | undefined) => string;
  money: (value: Money | null | undefined) => string;
  /** An instant to the minute: in the zone given, else the reader's. */
  instant: (value: string | null | undefined, timezone?: string) => string;
  bytes: (value: number | null | undefined) => string;
};

/** Writes numbers in a language. */
export function createFormat(language: Language): Format {
  const locale = language === 'zh' ? 'zh-CN' : 'en-US';
  const grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const instantsIn = (timeZone?: string) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23', ...(timeZone === undefined ? {} : { timeZone }) });
  const instants = instantsIn();

  function known(value: Count, write: (value: number) => string): string {
    if (value === null || value === undefined) return UNKNOWN;
    if (typeof value === 'object') return `<${SPACE}${grouped.format(value.below)}`;
    return Number.isFinite(value) ? write(value) : UNKNOWN;
  }

  function fixed(value: number, digits: number): string {
    const text = Math.abs(value).toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    // What rounds to nothing has no sign.
    return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
  }

  function signed(value: number, text: string): string {
    return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
  }

  function short(value: number): string {
    const size = Math.abs(value);
    if (size < SHORT_FROM) return fixed(value, 0);
    if (language === 'zh') return size >= YI ? `${fixed(value / YI, 2)}亿` : `${fixed(value / WAN, 1)}万`;
    const unit = size >= 999_500_000 ? 1e9 : size >= 999_500 ? 1e6 : 1e3;
    const scaled = value / unit;
    const digits = Math.abs(scaled) >= 99.95 ? 0 : Math.abs(scaled) >= 9.995 ? 1 : 2;
    return `${fixed(scaled, digits)}${unit === 1e9 ? 'B' : unit === 1e6 ? 'M' : 'K'}`;
  }

  const percent = (value: number) => `${fixed(value * 100, 1)}${SPACE}%`;

  return {
    language,
    count: (value) => known(value, short),
    exact: (value) => known(value, (n) => fixed(n, 0)),
    change: (value) => known(value, (n) => signed(n, short(n))),
    rate: (value) => known(value, percent),
    relative: (value) => known(value, (n) => signed(n, percent(n))),
    points: (value) => known(value, (n) => signed(n, `${fixed(n * 100, 1)}${SPACE}pp`)),
    ratio: (value) => known(value, (n) => `${fixed(n, 1)}${SPACE}:${SPACE}1`),
    money: (value) => {
      if (value === null || value === undefined) return UNKNOWN;
      const style = new Intl.NumberFormat(locale, { style: 'currency', currency: value.currency });
      return style.format(value.minor / 10 ** (style.resolvedOptions().maximumFractionDigits ?? 2));
    },
    instant: (value, timezone) => {
      const at = value === null || value === undefined ? Number.NaN : Date.parse(value);
      return Number.isNaN(at) ? UNKNOWN : (timezone === undefined ? instants : instantsIn(timezone)).format(at);
    },
    bytes: (value) =>
      known(value, (n) => {
        if (n < 1024) return `${fixed(n, 0)}${SPACE}B`;
        if (n < 1024 ** 2) return `${fixed(n / 1024, 1)}${SPACE}KB`;
        return n < 1024 ** 3 ? `${fixed(n / 1024 ** 2, 1)}${SPACE}MB` : `${fixed(n / 1024 ** 3, 1)}${SPACE}GB`;
      }),
  };
}
