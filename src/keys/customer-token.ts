import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token says: whose it is, or why it says nothing. */
export type CustomerToken = { customerId: string } | { fault: 'expired' | 'not signed' };

const form = /^(v1\.([\w-]{1,2048})\.([0-9]{1,12}))\.([\w-]{43})$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What a token says by which a page may speak for a customer, `v1.<customer id, base64url>.<expiry, seconds>.<HMAC-SHA256, base64url>`; the
 * MAC is over all that stands before its dot, with the text of the secret as its key.
 * @param secrets with any of which it may be signed
 */
export function readCustomerToken(token: string, secrets: readonly string[], now: Date): CustomerToken {
  const [, signed, id, seconds, mac] = form.exec(token) ?? [];
  if (signed === undefined) return { fault: 'not signed' };
  const told = Buffer.from(mac, 'base64url');
  if (!secrets.some((secret) => timingSafeEqual(told, macOf(secret, signed)))) return { fault: 'not signed' };
  if (Number(seconds) * 1_000 <= now.getTime()) return { fault: 'expired' };
  try {
    return { customerId: utf8.decode(Buffer.from(id, 'base64url')) };
  } catch {
    return { fault: 'not signed' };
  }
}

function macOf(secret: string, signed: string): Buffer {
  return createHmac('sha256', secret).update(signed).digest();
}
