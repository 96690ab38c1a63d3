/** Numbers, sizes, times and dates as each language writes them. */
import { useMemo } from 'react';
import { useLanguage } from './texts.ts';
import type { Language } from './language.ts';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export interface Format {
  count(value: number): string;
  /** Three digits: `1.23 GB`. */
  bytes(value: number): string;
  percent(fraction: number): string;
  /** `1 h 5 min`, `12 s`. */
  duration(seconds: number): string;
  /** A point in time, ISO 8601, as date and time. */
  moment(iso: string): string;
  day(iso: string): string;
  rate(perSecond: number): string;
  /** Large numbers with few digits: `1.5B`, `15亿`. */
  compact(value: number): string;
  list(items: readonly string[]): string;
}

export function formatFor(language: Language): Format {
  const locale = LOCALES[language];
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const rate = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
  const list = new Intl.ListFormat(locale, { type: 'disjunction' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0, roundingMode: 'floor' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const sized = (value: number, unit: string): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 3 }).format(
      value,
    );
  return {
    count: (value) => count.format(value),
    bytes: (value) => {
      const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), UNITS.length - 1);
      return sized(value / 1000 ** power, UNITS[power] ?? 'byte');
    },
    percent: (fraction) => percent.format(Math.min(1, Math.max(0, fraction))),
    duration: (seconds) => {
      const whole = Math.max(0, Math.round(seconds));
      if (whole < 60) return sized(whole, 'second');
      if (whole < 3600) return sized(Math.round(whole / 60), 'minute');
      return `${sized(Math.floor(whole / 3600), 'hour')} ${sized(Math.round((whole % 3600) / 60), 'minute')}`;
    },
    moment: (iso) => moment.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso)),
    rate: (perSecond) => rate.format(perSecond),
    compact: (value) => compact.format(value),
    list: (items) => list.format(items),
  };
}

export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => formatFor(language), [language]);
}
