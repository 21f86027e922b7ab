import { randomBytes } from 'node:crypto';

/** Crockford's base 32: digits and capitals without I, L, O and U; what is typed for them is read as 1, 1 and 0. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeBytes = 10;

/** A code such as K7Q2-9XFM-3TRB-0WNE: 80 bits from the system's secure random source, which gives those of many at once. */
export function createCode(): string {
  if (drawnUsed === drawn.length) {
    drawn = randomBytes(codeBytes * 256);
    drawnUsed = 0;
  }
  const code = writeCode(drawn, drawnUsed);
  drawnUsed += codeBytes;
  return code;
}

let drawn = Buffer.alloc(0);
let drawnUsed = 0;

/** Codes without end, drawn from the random source a few thousand at a time. */
export function* createCodes(count: number): Generator<string> {
  const perDraw = 4_096;
  for (let made = 0; made < count; made += perDraw) {
    const bytes = randomBytes(codeBytes * Math.min(perDraw, count - made));
    for (let at = 0; at < bytes.length; at += codeBytes) yield writeCode(bytes, at);
  }
}

function writeCode(bytes: Buffer, from: number): string {
  return `${fourGroups(bytes, from)}-${fourGroups(bytes, from + 5)}`;
}

/** Five bytes as eight characters, four and four. */
function fourGroups(bytes: Buffer, from: number): string {
  const high = (bytes[from] << 12) | (bytes[from + 1] << 4) | (bytes[from + 2] >> 4);
  const low = ((bytes[from + 2] & 15) << 16) | (bytes[from + 3] << 8) | bytes[from + 4];
  return `${fourCharacters(high)}-${fourCharacters(low)}`;
}

function fourCharacters(bits: number): string {
  return alphabet[(bits >> 15) & 31] + alphabet[(bits >> 10) & 31] + alphabet[(bits >> 5) & 31] + alphabet[bits & 31];
}

const lookAlikes: Record<string, string> = { O: '0', I: '1', L: '1' };

/**
 * What people type between a code's characters, or do not see: any blank, control or invisible character, dash, dot and underscore.
 * Dots and dashes are also those that Unicode counts among other punctuation, marks or symbols.
 */
const between =
  /[\s\p{Z}\p{Cc}\p{Default_Ignorable_Code_Point}\p{Pd}\p{Pc}\u2800\u2212\u02d7\u2043\u2500\u2501.·•‧∙⋅・。․]/gu;

/** A character that a code of the shop's own making may have: a letter with its marks, a digit, or a picture. */
const ownCharacters = /^[\p{L}\p{M}\p{N}\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]+$/u;

/** Bounds of what is counted of such a code: marks are part of their letter. */
export const ownCodeLength = { least: 4, most: 64 };

/**
 * A code as people type it, in small letters, full-width letters, with other separators or with look-alikes, as it was made. A code
 * of the shop's own making is kept in the same form: compatible characters are one (NFKC), case is folded.
 */
export function normaliseCode(typed: string): string {
  const characters = foldCase(typed)
    .replace(between, '')
    // An accent that stood by itself stands on a letter now.
    .normalize('NFKC')
    .replace(/[OIL]/g, (character) => lookAlikes[character]);
  return characters.match(/.{1,4}/gsu)?.join('-') ?? '';
}

/** To capitals by way of small letters, because some letters have either only; and what that takes apart is put together. */
function foldCase(text: string): string {
  const compatible = text.toWellFormed().normalize('NFKC');
  return compatible.toLowerCase().toUpperCase().normalize('NFKC');
}

/** Whether a code in the form in which it is kept can be one of the shop's own making. */
export function canBeOwn(normal: string): boolean {
  const characters = normal.replaceAll('-', '');
  const counted = Array.from(characters.replace(/\p{M}/gu, '')).length;
  return (
    ownCharacters.test(characters) &&
    counted >= ownCodeLength.least &&
    Array.from(characters).length <= ownCodeLength.most
  );
}
