import { isUtf8 } from 'node:buffer';

const windows1252 = new TextDecoder('windows-1252');

/**
 * Bytes as text: UTF-8 where they are, else Windows-1252, of which Latin-1 is a part.
 * Told cell by cell (line by line for NDJSON), so that one old row does not spoil the others.
 */
export function decodeBytes(bytes: Buffer): { text: string; wasLatin1: boolean } {
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), wasLatin1: false };
  return { text: windows1252.decode(bytes), wasLatin1: true };
}
