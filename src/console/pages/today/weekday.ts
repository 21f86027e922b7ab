import { localeOf } from '../../format/index.ts';
import { useLanguage } from '../../texts/texts.ts';

/** The weekday of a day of the shop, as the language says it. */
export function useWeekday(day: string): string {
  const locale = localeOf(useLanguage());
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}
