import { type BlockList, isIP } from 'node:net';
import { invalidField } from '../../errors.ts';
import { say } from '../../sentences/index.ts';
import { isAllowedAddress } from './public-address.ts';

/** @throws PannierError `invalid_request` for what can be no address of a feed; a name is looked up when it is pulled */
export function checkUrl(text: string, networks: BlockList): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw invalidField('url', 'must be an address of http or https');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isAllowedAddress(host, networks)) {
    throw invalidField('url', say('feed.private-address', { host, address: host }));
  }
}

const names = '^[A-Za-z0-9_.-]{1,64}$';

/** @throws PannierError `invalid_request` */
export function checkName(name: string): void {
  if (!new RegExp(names).test(name)) throw invalidField('feed_name', say('fault.pattern', { pattern: names }));
}
