/**
 * Exact decimal money. Prices are decimal strings with up to six places (real shops have prices of 0.001); totals, discounts
 * and budgets are integers of the currency's minor unit, rounded half away from zero once a line.
 */
const places = 6;
/** Digits before the point; far beyond any price. */
const longestWhole = 60;

// By hand, because an expression that looks for zeros up to the end tries anew from each of them.

export function withoutEndingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

/** One zero stays where there is nothing else. */
export function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === '0') start++;
  return digits.slice(start);
}

/** A decimal string or finite number as an integer of millionths. */
function toMillionths(value: string | number): bigint {
  const text = typeof value === 'number' ? value.toFixed(places) : value;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  const fraction = match?.[3] ?? '';
  const whole = withoutLeadingZeros(match?.[2] ?? '');
  const isDecimal = match && withoutEndingZeros(fraction.slice(places)) === '' && whole.length <= longestWhole;
  if (!isDecimal) throw new RangeError(`not a decimal number: ${text.slice(0, 100)}`);
  const magnitude = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
  return match[1] === '-' ? -magnitude : magnitude;
}

function divideRounded(value: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return value < 0n ? -((-value + half) / divisor) : (value + half) / divisor;
}

/**
 * `unitPrice` × `quantity` in minor units.
 * @param digits digits after the point of the currency's minor unit
 * @param quantity at most three decimal places count
 */
export function toMinor(unitPrice: string | number, digits: number, quantity: string | number = 1): number {
  return fewMinor(unitPrice, digits, quantity) ?? manyMinor(unitPrice, digits, quantity);
}

/** Of a price and a whole quantity as nearly all are, which need no large numbers: undefined of others. */
function fewMinor(unitPrice: string | number, digits: number, quantity: string | number): number | undefined {
  if (typeof unitPrice !== 'string' || typeof quantity !== 'number' || !Number.isInteger(quantity)) return undefined;
  if (quantity < 0 || digits > places || !usualPrice.test(unitPrice)) return undefined;
  const millionths = Math.round(Number(unitPrice) * 10 ** places) * quantity;
  const divisor = 10 ** (places - digits);
  return millionths < exactMillionths ? Math.floor((millionths + divisor / 2) / divisor) : undefined;
}

const usualPrice = /^\d{1,8}(?:\.\d{1,6})?$/;
/** Below it the quotient is so exact that it never falls on the wrong side. */
const exactMillionths = 1e13;

function manyMinor(unitPrice: string | number, digits: number, quantity: string | number): number {
  const product = toMillionths(unitPrice) * toMillionths(quantity);
  return Number(divideRounded(product, 10n ** BigInt(2 * places - digits)));
}

/** The proportion `part` / `whole` of an amount in minor units; integers, exact also beyond 2^53. */
export function shareOf(minor: number, part: number, whole: number): number {
  return Number(divideRounded(BigInt(minor) * BigInt(part), BigInt(whole)));
}

/** Shares an amount out by the parts' amounts: whole minor units that add up, the largest remainders first; of equal ones the first. */
export function shareOut(minor: number, parts: readonly { amountMinor: number }[]): number[] {
  const total = parts.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
  if (total === 0n) return parts.map(() => 0);
  const shares = parts.map(({ amountMinor }, index) => {
    const product = BigInt(minor) * BigInt(amountMinor);
    return { index, whole: Number(product / total), remainder: product % total };
  });
  let left = minor - shares.reduce((sum, { whole }) => sum + whole, 0);
  const shared = shares.map(({ whole }) => whole);
  const byRemainder = shares.toSorted((a, b) => Number(b.remainder - a.remainder) || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left-- <= 0) break;
    shared[index]++;
  }
  return shared;
}

/** Whether a decimal string has no part of a minor unit. */
export function isWhole(value: string, digits: number): boolean {
  const [, fraction = ''] = value.split('.');
  return /^0*$/.test(fraction.slice(digits));
}

/** Minor units as a decimal string: 749 with 2 digits is "7.49". */
export function fromMinor(minor: number | bigint, digits: number): string {
  const magnitude = (minor < 0 ? -BigInt(minor) : BigInt(minor)).toString().padStart(digits + 1, '0');
  const sign = minor < 0 ? '-' : '';
  return digits === 0 ? sign + magnitude : `${sign}${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`;
}

/** A stored price without the zeros beyond the currency's digits: "7.490000" is "7.49", "0.001000" is "0.001". */
export function trimPrice(price: string, digits: number): string {
  const [whole, fraction = ''] = price.split('.');
  const kept = fraction.slice(0, digits).padEnd(digits, '0') + withoutEndingZeros(fraction.slice(digits));
  return kept === '' ? whole : `${whole}.${kept}`;
}

/** "007.500" is "7.5", "3.000" is "3": how Postgres writes a trimmed numeric. */
export function plainDecimal(value: string): string {
  const [, sign, digits, decimals = ''] = /^(-?)(\d+)(?:\.(\d*))?$/.exec(value)!;
  const [whole, fraction] = [withoutLeadingZeros(digits), withoutEndingZeros(decimals)];
  const magnitude = `${whole}${fraction ? `.${fraction}` : ''}`;
  return magnitude === '0' ? magnitude : `${sign}${magnitude}`;
}
