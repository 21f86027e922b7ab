import { BlockList, isIPv4 } from 'node:net';

/** What is not reached through the public network (IANA's registries of special-purpose addresses). */
const special = blockListOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]);
const globalUnicast = blockListOf(['2000::/3']);

/** What no list of networks lets through: this host by no name, neighbours by link, and where clouds tell machines their secrets. */
const neverAllowed = blockListOf([
  ...['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '::/128', 'fe80::/10', 'ff00::/8'],
  ...['100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
]);

/** @param networks as `10.0.0.0/8` or `fd00::/8` */
export function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, length] = network.split('/');
    list.addSubnet(address, Number(length), familyOf(address));
  }
  return list;
}

/**
 * May a feed come from there?
 * @param address of IPv4 or IPv6
 * @param allowed networks that are not public, and from which feeds may come all the same
 */
export function isAllowedAddress(address: string, allowed: BlockList): boolean {
  const plain = plainAddress(address);
  const family = familyOf(plain);
  if (neverAllowed.check(plain, family)) return false;
  if (allowed.check(plain, family)) return true;
  return !special.check(plain, family) && (family === 'ipv4' || globalUnicast.check(plain, family));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** An address of IPv4 that is written as one of IPv6, mapped or translated (NAT64), is that address. */
function plainAddress(address: string): string {
  if (isIPv4(address)) return address;
  const groups = groupsOf(address);
  const lead = groups.slice(0, 6).join(':');
  if (lead !== `0:0:0:0:0:${0xffff}` && lead !== `${0x64}:${0xff9b}:0:0:0:0`) return groups.map(hex).join(':');
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join('.');
}

const hex = (group: number) => group.toString(16);

/** The eight numbers of an address of IPv6, however it is written. */
function groupsOf(address: string): number[] {
  const [withoutZone] = address.split('%');
  const { hostname } = new URL(`http://[${withoutZone}]`);
  const [head, tail = ''] = hostname.slice(1, -1).split('::');
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean));
  const between = new Array(8 - first.length - last.length).fill('0');
  return [...first, ...between, ...last].map((group) => Number.parseInt(group, 16));
}
