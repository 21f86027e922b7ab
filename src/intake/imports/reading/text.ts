import { isUtf8 } from 'node:buffer';

/** What Windows-1252 has where Latin-1 has control characters, from 0x80 on. Node's TextDecoder reads it as Latin-1 on some versions. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** A surrogate in the form of UTF-8, where UTF-8 has none: half of a character as some databases write it, or a lone one. */
const surrogate = /\xed[\xa0-\xbf][\x80-\xbf]/g;

/**
 * Bytes as text: UTF-8 where they are, else Windows-1252, of which Latin-1's letters are a part. Surrogates among UTF-8 are
 * taken as they are, so that two halves make a character and a lone one is seen by whoever stores the text.
 * Told cell by cell (line by line for NDJSON), so that one old row does not spoil the others.
 */
export function decodeBytes(bytes: Buffer): { text: string; wasLatin1: boolean } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), wasLatin1: false };
  const latin1 = bytes.toString('latin1');
  if (latin1.search(surrogate) >= 0 && isUtf8(Buffer.from(latin1.replace(surrogate, ''), 'latin1'))) {
    return { text: decodeWithSurrogates(latin1), wasLatin1: false };
  }
  const text = latin1.replace(/[\x80-\x9f]/g, (character) => windows1252[character.charCodeAt(0) - 0x80]);
  return { text, wasLatin1: true };
}

function decodeWithSurrogates(latin1: string): string {
  let text = '';
  let start = 0;
  for (const { 0: triple, index } of latin1.matchAll(surrogate)) {
    text += Buffer.from(latin1.slice(start, index), 'latin1').toString('utf8');
    text += String.fromCharCode(0xd000 | ((triple.charCodeAt(1) & 0x3f) << 6) | (triple.charCodeAt(2) & 0x3f));
    start = index + triple.length;
  }
  return text + Buffer.from(latin1.slice(start), 'latin1').toString('utf8');
}

/** Text as bytes of which `decodeBytes` makes the same text, lone surrogates included. */
export function encodeText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(
    text.split(/(?<![\ud800-\udbff])([\udc00-\udfff])|([\ud800-\udbff])(?![\udc00-\udfff])/).map((part = '') => {
      if (part.isWellFormed()) return Buffer.from(part);
      const code = part.charCodeAt(0);
      return Buffer.from([0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
    }),
  );
}

/** A larger whole number has lost digits where JSON is read: two ids would become one. */
export function isExact(value: unknown): value is number {
  return typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

/** What should stand in place of a JSON value that is neither text nor an exact number. */
export function expectedInstead(value: unknown): string {
  return typeof value === 'number'
    ? 'text in quotes: a JSON number of more than 15 digits has lost some of them'
    : 'text or a number';
}
