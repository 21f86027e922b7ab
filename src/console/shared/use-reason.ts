import { useFormat } from '../format/index.ts';
import { indicatorTexts } from '../texts/indicators.ts';
import { useTexts } from '../texts/texts.ts';
import type { Indicator } from './indicators.ts';

/** Why a value is unknown, in the language of the page where it is one of the reasons that the definition lists. */
export function useReason(): (indicator: Indicator, reason: string | null | undefined) => string {
  const { needs, neededBefore } = useTexts(indicatorTexts);
  const format = useFormat();
  return (indicator, reason) => {
    const [, told = '', day] = /^(.*?)(?: before (\d{4}-\d\d-\d\d))?\.$/.exec(reason ?? '') ?? [];
    const need = indicator.needs.find((one) => one.reason === `${told}.`)?.need;
    const said = need && needs[need];
    if (!said) return reason ?? '';
    return day ? neededBefore(said, format.day(day)) : said;
  };
}
