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
    .map(withoutPort);
  const address = told.at(-proxies) ?? told[0];
  // What is no address is passed over, not what stands before it: that anybody may have written.
  return isIP(address) > 0 ? address : nearest;
}

/** Some proxies write the port, too, which makes no other address. */
const withoutPort = (text: string) => text.trim().replace(/^\[(.*)\](:\d+)?$|^([\d.]+):\d+$/, '$1$3');

/** What one caller has: of IPv6 a network of 64 bits, which is given out as a whole. */
export function networkOf(given: string): string {
  const address = given.toLowerCase();
  if (/^::ffff:[\d.]+$/.test(address)) return address.slice(7);
  if (!isIPv6(address)) return address;
  const [head, tail = ''] = address.split('::');
  const groups = head.split(':');
  const missing = 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = address.includes('::') ? [...groups, ...Array(missing).fill('0'), ...tail.split(':')] : groups;
  return whole.slice(0, 4).join(':');
}
