const notations = {
  point: /^[+-]?\d{1,12}(\.\d+)?$/,
  comma: /^[+-]?\d{1,12}(\.\d{3})*(,\d+)?$/,
};

/** A decimal number in plain notation, such as "-1234.5". undefined: the text is none. */
export function readDecimal(text: string, notation: 'point' | 'comma'): string | undefined {
  if (!notations[notation].test(text)) return undefined;
  const plain = notation === 'comma' ? text.replaceAll('.', '').replace(',', '.') : text;
  return plain.startsWith('+') ? plain.slice(1) : plain;
}

/** At most six decimals, as prices are stored; rounded half away from zero. */
export function roundToSix(decimal: string): string {
  const point = decimal.indexOf('.');
  if (point < 0 || decimal.length - point - 1 <= 6) return decimal;
  const kept = decimal.slice(0, point) + decimal.slice(point + 1, point + 7);
  const negative = kept.startsWith('-');
  const magnitude = BigInt(negative ? kept.slice(1) : kept) + (decimal[point + 7] >= '5' ? 1n : 0n);
  const digits = magnitude.toString().padStart(7, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
