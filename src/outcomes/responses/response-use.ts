import type { Config } from '../../config.ts';
import { say } from '../../sentences/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
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
  const not = (use: string) => ({ decides: false, use });
  const bar = barredAmong(responseAttributes, new Set(config.barredAttributes));
  if (!model) return not(say('use.none-earned', {}));
  if (isOver) return not(say('use.over', {}));
  if (bar !== undefined) return not(say('use.barred', { attribute: bar }));
  if (leastScore === null) return not(say('use.no-cost', {}));
  const least = `${fromMinor(Math.round(leastScore), config.minorDigits)} ${config.currency}`;
  return { decides: true, use: leastScore > 0 ? say('use.at-least', { money: least }) : say('use.anything', {}) };
}
