import type { Config } from '../../config.ts';
import { barredAmong } from '../../coupons/index.ts';
import { fromMinor } from '../../shop/money.ts';
import { responseAttributes } from './response-features.ts';
import type { CampaignResponse } from './store.ts';

/** Whether decisions use what was learnt, in a sentence too. */
export interface ResponseUse {
  decides: boolean;
  use: string;
}

export function describeUse(
  { model, leastScore }: CampaignResponse,
  isOver: boolean,
  config: Pick<Config, 'minorDigits' | 'currency'> & { barredAttributes?: readonly string[] },
): ResponseUse {
  const not = (why: string) => ({ decides: false, use: `Decisions do not use an uplift model: ${why}.` });
  const bar = barredAmong(responseAttributes, new Set(config.barredAttributes));
  if (!model) return not('none has earned it');
  if (isOver) return not('the campaign is over');
  if (bar !== undefined) return not(`${bar}, which it is derived from, is barred from decisions`);
  if (leastScore === null) return not('no cost of anything bought is known, so nobody can say what an order brings');
  const least = `${fromMinor(Math.round(leastScore), config.minorDigits)} ${config.currency}`;
  const who = leastScore > 0 ? `at least ${least} more` : 'anything more';
  return {
    decides: true,
    use: `Decisions use it: a coupon is for whoever is expected to bring ${who}, its discount taken off.`,
  };
}
