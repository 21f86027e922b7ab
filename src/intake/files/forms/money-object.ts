import { plainNumber, readWritten } from './numbers.ts';

/** An amount of money that is written as an object: with its currency, in parts of a coin, or with and without tax. */
export interface WrittenMoney {
  amount: string | number;
  currency: string | undefined;
}

const deepest = 4;
/** What holds the amount that the shopper is shown: the shop's money of two, what is paid with its tax. */
const wrappers = ['shopmoney', 'gross', 'money', 'value', 'price', 'amount'];
const amounts = ['centamount', 'amount', 'value', 'number', 'units', 'text'];
const currencies = ['unit', 'currencycode', 'currency', 'currencyid', 'currencyiso', 'currencysymbol'];
/** How many of an amount's digits are behind the point, where it is a whole number. */
const digits = ['fractiondigits', 'exponent', 'decimals', 'precision', 'scale'];
/** What else may stand in an amount. */
const beside =
  /^(?:currency|formatted|string|display|type|typename|text|nanos|preciseamount|presentment|converted|net|tax|netamount|taxrate|divisor|id|key|country|tiers|channel|validfrom|validuntil|discounted|customergroup)/;

/** The amount that an object tells; undefined for one that is none. */
export function moneyIn(value: unknown, depth = 0): WrittenMoney | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) return undefined;
  if (depth > deepest) return undefined;
  const parts = new Map(Object.entries(value).map(([key, part]) => [key.toLowerCase().replace(/[_@$-]/g, ''), part]));
  if (parts.size === 0 || parts.size > 12) return undefined;
  const held = wrappers.find(
    (key) => typeof parts.get(key) === 'object' && moneyIn(parts.get(key), depth + 1) !== undefined,
  );
  const isOther = (key: string) =>
    ![...amounts, ...currencies, ...digits, ...wrappers].includes(key) && !beside.test(key);
  if ([...parts.keys()].some(isOther)) return undefined;
  if (held !== undefined) {
    const inner = moneyIn(parts.get(held), depth + 1)!;
    return { ...inner, currency: inner.currency ?? textIn(parts, currencies) };
  }
  const key = amounts.find((name) => isAmount(parts.get(name)));
  return key === undefined ? undefined : { amount: amountOf(parts, key), currency: textIn(parts, currencies) };
}

function isAmount(part: unknown): part is string | number {
  return typeof part === 'number' || (typeof part === 'string' && readWritten(part) !== undefined);
}

function textIn(parts: ReadonlyMap<string, unknown>, keys: readonly string[]): string | undefined {
  const found = keys.map((key) => parts.get(key)).find((part) => typeof part === 'string' && part !== '');
  return found as string | undefined;
}

function amountOf(parts: ReadonlyMap<string, unknown>, key: string): string | number {
  const amount = parts.get(key) as string | number;
  const divisor = parts.get('divisor');
  if (typeof divisor === 'number' && divisor > 0) return byTens(amount, Math.round(Math.log10(divisor)));
  if (key === 'units' && parts.has('nanos')) return withNanos(amount, Number(parts.get('nanos')));
  const shown = shownIn(parts);
  // Smallest coins, with what they come to written beside: 1250 and $ 12.50.
  if (
    shown !== undefined &&
    Number.isInteger(Number(amount)) &&
    Math.abs(Number(amount) - shown * 100) < 0.5 &&
    shown !== 0
  )
    return byTens(amount, 2);
  const told = digits.map((name) => parts.get(name)).find((part) => Number.isInteger(part));
  // Hundredths are what cents are where nothing tells.
  if (key === 'centamount') return byTens(amount, typeof told === 'number' ? told : 2);
  return typeof told === 'number' && told > 0 && Number.isInteger(Number(amount)) ? byTens(amount, told) : amount;
}

/** What a text for people says that the amount is. */
function shownIn(parts: ReadonlyMap<string, unknown>): number | undefined {
  const text = ['string', 'formatted', 'formattedamount', 'display', 'displayamount']
    .map((key) => parts.get(key))
    .find((part) => typeof part === 'string');
  const written = typeof text === 'string' ? readWritten(text) : undefined;
  return written && Number(plainNumber(written, '.'));
}

/** A whole number of tenths, hundredths and so on as a plain decimal. */
function byTens(amount: string | number, places: number): string | number {
  const text = String(amount);
  if (places === 0 || !/^-?\d+$/.test(text)) return amount;
  const sign = text.startsWith('-') ? '-' : '';
  const plain = text.replace('-', '').padStart(places + 1, '0');
  return Number(`${sign}${plain.slice(0, -places)}.${plain.slice(-places)}`);
}

function withNanos(units: string | number, nanos: number): number {
  const sign = Number(units) < 0 || nanos < 0 ? '-' : '';
  const behind = String(Math.abs(nanos)).padStart(9, '0').replace(/0+$/, '');
  return Number(`${sign}${Math.abs(Number(units))}${behind === '' ? '' : `.${behind}`}`);
}
