import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/**
 * From where a request comes. Every proxy adds whom it heard it from to `X-Forwarded-For`, and what stands before the last
 * `proxies` of them anybody may have written.
 * @param proxies how many of the shop's own stand before the service
 */
export function addressOf({ headers, socket }: IncomingMessage, proxies: number): string {
  const nearest = socket.remoteAddress ?? '';
  if (proxies === 0) return nearest;
  const told = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => isIP(address) > 0);
  return told.at(-proxies) ?? told[0] ?? nearest;
}

/** What one caller has: of IPv6 a network of 64 bits, which is given out as a whole. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head, tail = ''] = address.split('::');
  const groups = head.split(':');
  const missing = 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = address.includes('::') ? [...groups, ...Array(missing).fill('0'), ...tail.split(':')] : groups;
  return whole.slice(0, 4).join(':');
}
