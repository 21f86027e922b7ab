/** @jest-environment ./test/support/jest/environment.js */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';

/** What a name server answers, one time after the other: names of tests are known to none. */
const answers: { address: string; family: number }[][] = [];
const asked: string[] = [];
jest.unstable_mockModule('node:dns/promises', () => ({
  async lookup(host: string) {
    asked.push(host);
    return answers.shift();
  },
}));
const { fetchFeed } = await import('../../../src/connectors/feeds/fetch-feed.ts');
const { blockListOf } = await import('../../../src/connectors/feeds/public-address.ts');

let server: Server;
let port: number;
const hosts: (string | undefined)[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    hosts.push(request.headers.host);
    if (request.url === '/feed') response.writeHead(302, { Location: '/moved' }).end();
    else response.end('item_id\n1\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  for (const list of [answers, asked, hosts]) list.length = 0;
});

const bounds = {
  ...{ networks: blockListOf(['127.0.0.1/32']), mostMb: 1, seconds: 10 },
  leave: new AbortController().signal,
};
const at = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 });
const fetch = (path: string) =>
  fetchFeed({ name: 'main', url: `http://feed.test:${port}${path}`, validators: null }, bounds);

// Would see: a name that means a public machine when it is judged, and one of the shop's own network when it is connected to.
test('a name is looked up once for each step, and that address is connected to', async () => {
  answers.push([at('127.0.0.1')], [at('127.0.0.1')], [at('127.0.0.2')]);
  const fetched = await fetch('/feed');
  if (fetched.status !== 'changed') throw new Error('was not fetched');
  expect(await readFile(fetched.file.path, 'utf8')).toBe('item_id\n1\n');
  await fetched.file.remove();
  expect(asked.splice(0)).toEqual(['feed.test', 'feed.test']);
  expect(hosts.splice(0)).toEqual([`feed.test:${port}`, `feed.test:${port}`]);
  answers.length = 0;
});

test('a name that means a private address beside others is refused, at any step', async () => {
  answers.push([at('93.184.216.34'), at('127.0.0.2')]);
  await expect(fetch('/feed')).rejects.toThrow('feed.test is at 127.0.0.2, which is no public address');
  expect(hosts).toEqual([]);
  answers.push([at('127.0.0.1')], [at('::ffff:127.0.0.2')]);
  await expect(fetch('/feed')).rejects.toThrow('feed.test is at ::ffff:127.0.0.2');
  expect(hosts).toHaveLength(1);
});
