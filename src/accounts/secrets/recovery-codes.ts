import { randomBytes } from 'node:crypto';
import { toBase32 } from './one-time-codes.ts';
import { hashOfToken } from './token.ts';

/** How many a user gets at once. */
export const codesAtOnce = 10;
const bytes = 10;

/** Codes of 80 random bits, as they are written down: four times four small letters and digits. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: codesAtOnce }, () => {
    const [a, b, c, d] = toBase32(randomBytes(bytes)).toLowerCase().match(/.{4}/g)!;
    return `${a}-${b}-${c}-${d}`;
  });
}

export const isRecoveryCode = (code: string) => /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/.test(code);

/** What is stored of one. */
export const hashOfRecoveryCode = hashOfToken;
