import { randomInt } from 'node:crypto';

/** Digits and capitals without those that are taken for one another (0 O, 1 I L, U V). */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const groups = 3;
const groupLength = 4;

/** A code such as K7Q2-9XFM-3TRB: one of 30^12, from the system's secure random source. */
export function createCode(): string {
  return Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join(''),
  ).join('-');
}

/** A code as people type it, in small letters or with other separators, as it was issued. */
export function normaliseCode(typed: string): string {
  const characters = typed.toUpperCase().replace(/[\s-]/g, '');
  return characters.match(/.{1,4}/gsu)?.join('-') ?? '';
}
