import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const stepSeconds = 30;
const digits = 6;
/** A clock may be so many steps off. */
const tolerance = 1;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 bits, as RFC 4226 advises. */
export function newSecret(): Buffer {
  return randomBytes(20);
}

/** The code of a step (RFC 4226: HMAC-SHA-1, truncated). @param length digits of the code */
export function codeOf(secret: Uint8Array, step: number, length = digits): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 10 ** length).padStart(length, '0');
}

/** The step (RFC 6238: of 30 s since 1970) that a code is of, at about this time; undefined: it is of none. */
export function stepOf(secret: Uint8Array, code: string, now: Date): number | undefined {
  const current = Math.floor(now.getTime() / 1_000 / stepSeconds);
  const isOf = (step: number) => {
    const [given, wanted] = [Buffer.from(code), Buffer.from(codeOf(secret, step))];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };
  for (let step = current - tolerance; step <= current + tolerance; step++) if (isOf(step)) return step;
  return undefined;
}

/** A secret as authenticator apps take it typed. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => base32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** What authenticator apps read from a picture. */
export function uriOf(secret: Uint8Array, userName: string): string {
  return `otpauth://totp/Pannier:${encodeURIComponent(userName)}?secret=${toBase32(secret)}&issuer=Pannier`;
}
