import { say } from '../../sentences/index.ts';
import type { Measured } from './measure-trial.ts';

/**
 * A sentence or two: what may be said of the trial, and what not.
 * @param hasOtherCosts whether more than discounts was taken off
 */
export function describeEffect(measured: Measured, currency: string, hasOtherCosts = false): string {
  const found = describeAdded(measured, currency);
  const isProfitTold = 'profit' in measured.effect && measured.costedShare;
  return hasOtherCosts && isProfitTold ? `${found} ${say('effect.other-costs', {})}` : found;
}

function describeAdded({ effect, costedShare }: Measured, currency: string): string {
  const { treated, control } = effect.sampleRatio;
  if (treated + control === 0) return say('effect.nobody-yet', {});
  if ('refusal' in effect) return `No lift is stated: ${effect.refusal}.`;
  const { orders } = effect.effects;
  const { value, low, high } = orders.total;
  const added = { orders: value.toFixed(1), low: low.toFixed(1), high: high.toFixed(1) };
  if (!costedShare) return say('effect.no-cost', added);
  const { profit, verdict } = effect;
  const found = {
    ...added,
    money: `${profit.value.toFixed(2)} ${currency}`,
    from: profit.low.toFixed(2),
    until: profit.high.toFixed(2),
  };
  return costedShare < 1
    ? say(`effect.${verdict}-by-part`, { ...found, share: (100 * costedShare).toFixed(0) })
    : say(`effect.${verdict}`, found);
}
