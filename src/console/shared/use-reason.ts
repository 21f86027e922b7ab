import { indicatorTexts } from '../texts/indicators.ts';
import { useTexts } from '../texts/texts.ts';
import type { Indicator } from './indicators.ts';

/** Why a value is unknown, in the language of the page where it is one of the reasons that the definition lists. */
export function useReason(): (indicator: Indicator, reason: string | null | undefined) => string {
  const { needs } = useTexts(indicatorTexts);
  return (indicator, reason) => {
    const need = indicator.needs.find((one) => one.reason === reason)?.need;
    return (need && needs[need]) || (reason ?? '');
  };
}
