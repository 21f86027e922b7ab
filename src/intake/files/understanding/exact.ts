/** Money and quantities as whole millionths, so that sums are exact; undefined for a text that is no plain decimal. */
export function toScaled(decimal: string | undefined): bigint | undefined {
  const parts = decimal === undefined ? null : /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(decimal);
  if (!parts) return undefined;
  const [, sign, whole, behind = ''] = parts;
  const size = BigInt(whole + behind.slice(0, 6).padEnd(6, '0')) + (behind[6] >= '5' ? 1n : 0n);
  return sign === '-' ? -size : size;
}

/** A plain decimal, without zeros behind. */
export function fromScaled(scaled: bigint): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(7, '0');
  const behind = digits.slice(-6).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -6)}${behind === '' ? '' : `.${behind}`}`;
}

/** One, scaled. */
export const million = 1_000_000n;

/** Without its sign. */
export function abs<T extends bigint | undefined>(value: T): T {
  return (value !== undefined && value < 0n ? -value : value) as T;
}
