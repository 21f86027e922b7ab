/** Signs and words of currencies as exports write them beside an amount, and the code of each; longer ones first. */
const signs: readonly (readonly [sign: string, code: string])[] = [
  ['US$', 'USD'],
  ['CA$', 'CAD'],
  ['C$', 'CAD'],
  ['AU$', 'AUD'],
  ['A$', 'AUD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['NT$', 'TWD'],
  ['S$', 'SGD'],
  ['R$', 'BRL'],
  ['MX$', 'MXN'],
  ['CN¥', 'CNY'],
  ['JP¥', 'JPY'],
  ['Kč', 'CZK'],
  ['zł', 'PLN'],
  ['zl', 'PLN'],
  ['Ft', 'HUF'],
  ['лв', 'BGN'],
  ['lei', 'RON'],
  ['TL', 'TRY'],
  ['руб', 'RUB'],
  ['грн', 'UAH'],
  ['원', 'KRW'],
  ['kn', 'HRK'],
  ['din', 'RSD'],
  ['kr', 'SEK'],
  ['Fr', 'CHF'],
  ['SFr', 'CHF'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['￡', 'GBP'],
  ['₤', 'GBP'],
  ['$', 'USD'],
  ['＄', 'USD'],
  ['₹', 'INR'],
  ['₽', 'RUB'],
  ['₺', 'TRY'],
  ['₴', 'UAH'],
  ['₩', 'KRW'],
  ['₫', 'VND'],
  ['₪', 'ILS'],
  ['฿', 'THB'],
  ['元', 'CNY'],
  ['圆', 'CNY'],
  ['人民币', 'CNY'],
  ['円', 'JPY'],
  ['¥', 'JPY/CNY'],
  ['￥', 'CNY/JPY'],
  ['euro', 'EUR'],
  ['euros', 'EUR'],
];
const byWord = new Map(signs.map(([sign, code]) => [sign.toLowerCase(), code]));

/**
 * The currency that a sign, word or ISO code beside an amount stands for. A sign of several currencies (`$`, `¥`, `kr`) is told as
 * the likeliest, alternatives parted by `/`.
 */
export function currencyOf(word: string): string | undefined {
  const text = word.trim().replace(/\.$/, '');
  if (/^[A-Z]{3}$/.test(text)) return text;
  return byWord.get(text.toLowerCase()) ?? (/^[a-z]{3}$/i.test(text) ? text.toUpperCase() : undefined);
}

const sharers: Readonly<Record<string, readonly string[]>> = {
  USD: ['USD', 'CAD', 'AUD', 'NZD', 'HKD', 'SGD', 'MXN', 'CLP', 'COP', 'ARS', 'TWD'],
  SEK: ['SEK', 'NOK', 'DKK', 'ISK'],
  RUR: ['RUB'],
  RMB: ['CNY'],
  NTD: ['TWD'],
  'JPY/CNY': ['JPY', 'CNY'],
  'CNY/JPY': ['CNY', 'JPY'],
};

/** May what is written with this sign be of that currency? */
export function mayBeCurrency(found: string, currency: string): boolean {
  return found === currency || (sharers[found]?.includes(currency) ?? false);
}
