import { say } from '../../sentences/index.ts';
import type { Measured } from './measure-trial.ts';

/** A sentence: what may be said of the trial, and what not. */
export function describeEffect({ effect, costedShare }: Measured, currency: string): string {
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
