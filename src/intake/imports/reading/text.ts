import { isUtf8 } from 'node:buffer';

/** What Windows-1252 has where Latin-1 has control characters, from 0x80 on. Node's TextDecoder reads it as Latin-1 on some versions. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Bytes as text: UTF-8 where they are, else Windows-1252, of which Latin-1's letters are a part.
 * Told cell by cell (line by line for NDJSON), so that one old row does not spoil the others.
 */
export function decodeBytes(bytes: Buffer): { text: string; wasLatin1: boolean } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), wasLatin1: false };
  const text = bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) => windows1252[character.charCodeAt(0) - 0x80]!);
  return { text, wasLatin1: true };
}
