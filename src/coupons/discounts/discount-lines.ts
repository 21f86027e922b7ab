import { shareOut, toMinor } from '../../shop/money.ts';
import type { Discount } from '../campaigns/campaign-terms.ts';
import { type PricedLine, partOf, totalOf } from './priced-lines.ts';

/** The discount on an applicable total, in minor units: never above its maximum, nor above the total. */
export function discountOn(totalMinor: number, discount: Extract<Discount, { type: 'percent' | 'amount' }>): number {
  if (discount.type === 'amount') return Math.min(discount.amountMinor, totalMinor);
  // To −2 digits is to hundreds: total × percent / 100, exact, and rounded half away from zero.
  const share = toMinor(String(totalMinor), -2, discount.percent);
  return Math.min(share, discount.maximumMinor ?? share);
}

/**
 * The discount on lines that it applies to, as a whole and line by line, in minor units. Percent is taken of the total and
 * rounded half away from zero once; it is shared out by the lines' amounts, the largest remainder first. Buy-x-get-y counts
 * whole pieces: of each `buy` + `get` of them the `get` cheapest of all, rounded once a line.
 */
export function discountLines(
  discount: Discount,
  lines: readonly PricedLine[],
): { totalMinor: number; perLine: number[] } {
  if (discount.type === 'free-shipping') return { totalMinor: 0, perLine: lines.map(() => 0) };
  if (discount.type !== 'buy-x-get-y') {
    const totalMinor = discountOn(totalOf(lines), discount);
    return { totalMinor, perLine: shareOut(totalMinor, lines) };
  }
  const given = cheapestPieces(discount, lines);
  const full = totalOf(given.map((amountMinor) => ({ amountMinor })));
  const totalMinor = Math.min(full, discount.maximumMinor ?? full);
  const perLine =
    totalMinor === full
      ? given
      : shareOut(
          totalMinor,
          given.map((amountMinor) => ({ amountMinor })),
        );
  return { totalMinor, perLine };
}

/** Discount by line on the cheapest pieces; among equally cheap ones those of earlier lines. */
function cheapestPieces(discount: Extract<Discount, { type: 'buy-x-get-y' }>, lines: readonly PricedLine[]): number[] {
  const pieces = lines.map((line) => Math.floor(line.quantity));
  const all = pieces.reduce((sum, count) => sum + count, 0);
  let free = Math.floor(all / (discount.buy + discount.get)) * discount.get;
  const cheapestFirst = lines
    .map((_, index) => index)
    .sort((a, b) => lines[a].amountMinor / lines[a].quantity - lines[b].amountMinor / lines[b].quantity || a - b);
  const given = lines.map(() => 0);
  for (const index of cheapestFirst) {
    const count = Math.min(free, pieces[index]);
    free -= count;
    given[index] = partOf(lines[index], count, discount.percent);
  }
  return given;
}
