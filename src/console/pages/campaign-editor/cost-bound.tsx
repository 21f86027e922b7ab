import { useFormat } from '../../format/index.ts';
import { costBoundOf } from '../../shared/campaigns/money.ts';
import { useTexts } from '../../texts/texts.ts';
import type { WrittenTerms } from './draft.ts';
import { texts } from './texts.ts';

/** What the terms bound the cost to, or why nothing does. */
export function CostBound({ terms }: { terms: Pick<WrittenTerms, 'discount' | 'budget'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const bound = costBoundOf(terms);
  const say = () => {
    switch (bound.is) {
      case 'nothing':
        return t.boundNothing;
      case 'none':
        return t.boundNone;
      case 'each':
        return t.boundEach(format.money(bound.each));
      default:
        return bound.by === 'money'
          ? t.boundMoney(format.money(bound.money))
          : t.boundCoupons(format.money(bound.money), format.count(bound.coupons), format.money(bound.each));
    }
  };
  return (
    <p className="field-hint" aria-live="polite">
      {say()}
    </p>
  );
}
