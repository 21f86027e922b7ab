import { useFormat } from '../../../format/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { CampaignReport } from './answers.ts';

/** What may be said of the campaign, as a sentence in the language of the page; the service's own is in English. */
export function useStatement(): (report: CampaignReport) => string {
  const t = useTexts(texts);
  const format = useFormat();
  return ({ incremental, sample_ratio: ratio }) => {
    if (!ratio) return t.noControl;
    const [treated, control] = [format.count(ratio.treated), format.count(ratio.control)];
    if (ratio.treated + ratio.control === 0) return t.nobodyYet;
    if (ratio.alarm) return t.unevenArms(treated, control);
    if (!incremental) return t.tooFew(treated, control);
    const { orders, profit, verdict, cost_known_share: known } = incremental;
    const units = (value: number) => format.number(value, 1);
    const added = t.addedSentence(units(orders.total.value), units(orders.total.low), units(orders.total.high));
    if (!profit || !verdict) return t.withoutProfit(added);
    const money = t.profitSentence(format.money(profit.value), format.money(profit.low), format.money(profit.high));
    const part = known !== null && known < 1 ? t.byPart(format.percent(known, 0)) : '';
    return t.whole(added, money, part, t.verdictSentence[verdict]);
  };
}
