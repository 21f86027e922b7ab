import { localeOf } from '../../format/index.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import type { Span } from './span.ts';
import { texts } from './texts.ts';

/** What the span is one of, as the language says it: a weekday, a week or a month. */
export function useLike({ grain, at }: Span): string {
  const t = useTexts(texts);
  const locale = localeOf(useLanguage());
  if (grain !== 'day') return t.a[grain];
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${at}T12:00:00Z`));
}
