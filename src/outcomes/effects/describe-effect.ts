import type { Measured } from './measure-trial.ts';

/** A sentence: what may be said of the trial, and what not. */
export function describeEffect({ effect, costedShare }: Measured, currency: string): string {
  const { treated, control } = effect.sampleRatio;
  if (treated + control === 0) return 'No lift is stated: no customer was considered yet.';
  if ('refusal' in effect) return `No lift is stated: ${effect.refusal}.`;
  const { orders } = effect.effects;
  const range = `${orders.total.low.toFixed(1)} to ${orders.total.high.toFixed(1)}`;
  const added = `Against its control the campaign added ${orders.total.value.toFixed(1)} orders (95 % interval ${range})`;
  if (!costedShare) return `${added}; no cost of any item is known, so nothing is said of its margin.`;
  const { value, low, high } = effect.profit;
  const profit = `${value.toFixed(2)} ${currency} after its discounts (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const verdict = { earns: 'it earns', loses: 'it loses', unclear: 'whether it earns is not clear' }[effect.verdict];
  const part = costedShare < 1 ? `, by the ${(100 * costedShare).toFixed(0)} % of revenue whose cost is known` : '';
  return `${added} and ${profit}${part}: ${verdict}.`;
}
