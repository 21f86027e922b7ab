/** The book's own money: whole minor units (cents), computed by whole numbers only. */

/** "7.49" as millionths of the currency's unit. */
export function millionths(decimal: string): bigint {
  const [units = '0', fraction = ''] = decimal.split('.');
  return BigInt(units) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/** Quantities have up to three decimals. */
export const thousandths = (quantity: number): number => Math.round(quantity * 1_000);

/** "rounded half away from zero"; nothing in the book is below zero. */
export function roundedQuotient(dividend: bigint, divisor: bigint): number {
  const whole = dividend / divisor;
  return Number((dividend % divisor) * 2n >= divisor ? whole + 1n : whole);
}

/** "totals … in integer minor units, rounded half away from zero once a line" */
export function lineAmount(unitPrice: string, quantityInThousandths: number): number {
  return roundedQuotient(millionths(unitPrice) * BigInt(quantityInThousandths), 10_000_000n);
}

export const cents = (decimal: string): number => lineAmount(decimal, 1_000);

export const decimal = (minor: number): string =>
  `${Math.trunc(minor / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;

export const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** Parts of an amount in proportion to weights, in whole cents that sum up: the largest remainder first, then the first. */
export function inProportion(amount: number, weights: readonly number[]): number[] {
  const all = BigInt(sum(weights));
  if (all === 0n) return weights.map(() => 0);
  const shares = weights.map((weight, place) => {
    const product = BigInt(amount) * BigInt(weight);
    return { place, part: Number(product / all), rest: product % all };
  });
  const missing = amount - sum(shares.map(({ part }) => part));
  const first = [...shares].sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest < b.rest ? 1 : -1));
  for (const share of first.slice(0, missing)) share.part++;
  return shares.map(({ part }) => part);
}
