import { type Grain, useFormat } from '../../format/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** A period as one says it by itself: a week is one, not its first day. */
export function usePeriodName(): (period: string, grain: Grain) => string {
  const t = useTexts(texts);
  const format = useFormat();
  return (period, grain) => {
    const name = format.period(period, grain);
    return grain === 'week' ? t.weekOf(name) : name;
  };
}
