import { describe, expect, test } from '@jest/globals';
import { blockListOf, isAllowedAddress } from '../../../src/connectors/feeds/public-address.ts';

const none = blockListOf([]);

// Would see: a machine of the shop's own network, or the secrets of a cloud, that is asked for whoever may set a feed.
describe('addresses that feeds may come from', () => {
  test.each([
    '93.184.216.34',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.0.1.1',
    '2606:2800:220:1:248:1893:25c8:1946',
    '2001:4860:4860::8888',
    '::ffff:93.184.216.34',
    '64:ff9b::5db8:d822',
  ])('%s is public', (address) => {
    expect(isAllowedAddress(address, none)).toBe(true);
  });

  test.each([
    ['0.0.0.0', 'this host'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'of a carrier'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'metadata of clouds'],
    ['100.100.100.200', 'metadata of a cloud'],
    ['168.63.129.16', 'metadata of a cloud, in a public network'],
    ['192.0.0.192', 'metadata of a cloud'],
    ['198.18.0.1', 'for measurements'],
    ['203.0.113.9', 'for documents'],
    ['224.0.0.1', 'many at once'],
    ['255.255.255.255', 'everybody'],
    ['::', 'this host'],
    ['::1', 'loopback'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with its link'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'metadata of a cloud'],
    ['ff02::1', 'many at once'],
    ['::ffff:127.0.0.1', 'loopback as IPv6'],
    ['::ffff:7f00:1', 'loopback as IPv6, in hexadecimal'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', 'metadata as IPv6, in full'],
    ['64:ff9b::a00:1', 'private, translated'],
    ['::127.0.0.1', 'loopback in the form of old'],
    ['2002:7f00:1::', 'loopback by 6to4'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001:db8::1', 'for documents'],
    ['64:ff9b:1::1', 'translated within a network'],
  ])('%s is not (%s)', (address) => {
    expect(isAllowedAddress(address, none)).toBe(false);
  });

  test('a network that is named lets its own through, and no neighbour by link, nor secrets of clouds', () => {
    const named = blockListOf([
      '10.0.0.0/8',
      '127.0.0.1/32',
      'fd00::/8',
      '169.254.0.0/16',
      '100.64.0.0/10',
      '0.0.0.0/0',
    ]);
    const allowed = ['10.1.2.3', '127.0.0.1', '::ffff:127.0.0.1', 'fd12::1', '100.64.0.1', '192.168.0.1'];
    expect(allowed.filter((address) => !isAllowedAddress(address, named))).toEqual([]);
    const refused = [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      'fd00:ec2::254',
      'fe80::1',
      '100.100.100.200',
      '0.0.0.0',
    ];
    expect(refused.filter((address) => isAllowedAddress(address, named))).toEqual([]);
    expect(isAllowedAddress('127.0.0.2', blockListOf(['127.0.0.1/32']))).toBe(false);
    expect(isAllowedAddress('fc00::1', blockListOf(['10.0.0.0/8']))).toBe(false);
  });
});
