import { createHash } from 'node:crypto';
import { invalidField } from '../../errors.ts';

/**
 * What a page has shown, as a text that goes to the shopper and comes back with the wish for more: nothing is kept here, and no
 * training can make it untrue. It holds keys of items, ascending, as the steps from one to the next in groups of seven bits, with
 * the number of its form before them and a checksum behind; nothing of a person.
 */

const form = 1;
const checksumBytes = 4;
/** A page goes on up to so many items: its token is then some 4 kB long, and nobody scrolls so far. */
export const mostShown = 2_000;

export function writePageToken(shown: Iterable<number>): string {
  const keys = [...new Set(shown)].sort((a, b) => a - b);
  const bytes = [form];
  let last = 0;
  for (const key of keys) {
    let step = key - last;
    last = key;
    for (; step > 127; step = Math.floor(step / 128)) bytes.push((step % 128) | 128);
    bytes.push(step);
  }
  const body = Buffer.from(bytes);
  return Buffer.concat([body, checksum(body)]).toString('base64url');
}

/** @throws PannierError `invalid_request` for what is no such token, or is damaged */
export function readPageToken(token: string): number[] {
  const bytes = Buffer.from(token, 'base64url');
  const body = bytes.subarray(0, -checksumBytes);
  const isWhole = body[0] === form && checksum(body).equals(bytes.subarray(-checksumBytes)) && body.at(-1)! < 128;
  if (!isWhole || bytes.toString('base64url') !== token) throw invalidField('/page_token', 'is no token of a page');
  const keys: number[] = [];
  let [key, step, place] = [0, 0, 1];
  for (const byte of body.subarray(1)) {
    step += (byte % 128) * place;
    place *= 128;
    if (byte > 127) continue;
    key += step;
    keys.push(key);
    [step, place] = [0, 1];
  }
  return keys;
}

function checksum(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, checksumBytes);
}
