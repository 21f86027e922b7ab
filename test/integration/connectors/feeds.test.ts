import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createFeeds } from '../../../src/connectors/index.ts';
import { createLogger } from '../../../src/log.ts';
import { story } from '../../support/jest/story.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

/** A shop's server, which answers as a test says. */
interface FeedServer {
  url: string;
  port: number;
  /** what was asked, with what was said of the file before */
  asked: IncomingMessage[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
}

const server = {} as FeedServer;
const second = 'id,title,link,price,image_link\nd,Cup d,https://shop.example/d,40.00 EUR,https://shop.example/d.jpg\n';
let listening: Server;
let service: TestService;
const time = { now: new Date('2026-11-20T12:00:00Z') };
const later = (minutes: number) => {
  time.now = new Date(time.now.getTime() + minutes * 60_000);
};

beforeAll(async () => {
  server.asked = [];
  listening = createServer((request, response) => {
    // A second feed, which is as it is.
    if (request.url === '/second.csv') return void response.end(second);
    server.asked.push(request);
    server.answer(request, response);
  });
  // On all addresses of the machine: what is not asked was refused, and not out of reach.
  await new Promise<void>((resolve) => listening.listen(0, '0.0.0.0', resolve));
  server.port = (listening.address() as AddressInfo).port;
  server.url = `http://127.0.0.1:${server.port}`;
  service = await createTestService({
    env: { PANNIER_FEED_NETWORKS: '127.0.0.1/32', PANNIER_FEED_LIMIT_MB: '1', PANNIER_FEED_PATIENCE_SECONDS: '20' },
    clock: () => time.now,
  });
});
afterAll(async () => {
  listening.closeAllConnections();
  await new Promise((resolve) => listening.close(resolve));
  await service.stop();
});

beforeEach(() => service.database.query('delete from feeds'));

type Goods = Record<string, string>;

/** A feed of Google Merchant Center. @param goods prices by id */
function merchant(goods: Goods): string {
  const entries = Object.entries(goods).map(
    ([id, price]) => `<item><g:id>${id}</g:id><title>Cup ${id}</title><link>https://shop.example/${id}</link>
      <g:price>${price} EUR</g:price><g:image_link>https://shop.example/${id}.jpg</g:image_link>
      <g:availability>in_stock</g:availability></item>`,
  );
  return `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>
    ${entries.join('\n')}</channel></rss>`;
}

/** Serves a file, which is another one when its bytes are. */
function serve(file: string | Buffer, headers: Record<string, string> = {}): void {
  server.answer = (_, response) => response.writeHead(200, headers).end(file);
}
const admin = (method: string, path: string, body?: unknown) => service.ask('admin', method, path, body);
/** On a machine that has much to do a pull may take longer than its answer waits. */
async function ended({ status, json }: { status: number; json: any }) {
  let feed = json;
  while (feed.last_pull?.outcome === 'pulling' || (status === 201 && feed.last_pull === null)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    feed = (await admin('GET', `/v1/feeds/${json.name}`)).json;
  }
  return { status, json: feed };
}
const setFeed = async (name: string, body: object) => ended(await admin('PUT', `/v1/feeds/${name}`, body));
const pull = async (name: string, body: object = {}) =>
  (await ended(await admin('POST', `/v1/feeds/${name}/pulls`, body))).json;
const outcomeOf = ({ last_pull: { outcome, items, counts, hidden, shown } }: any) => [
  ...[outcome, items, counts && [counts.facts, counts.quarantined, counts.merged], hidden, shown],
];
const hiddenItems = async () =>
  (await service.database.query<{ id: string }>('select item_id as id from items where hidden order by item_id')).map(
    ({ id }) => id,
  );
const countImports = async () => (await service.database.query('select from imports')).length;
const prices = async () =>
  Object.fromEntries(
    (
      await service.database.query<{ id: string; price: string }>(
        'select item_id as id, price::float8::text as price from items order by item_id',
      )
    ).map(({ id, price }) => [id, price]),
  );
/** Whichever of the tests comes first: goods of a single letter are the story's. */
const pricesOfStory = async () => Object.fromEntries(Object.entries(await prices()).filter(([id]) => id.length === 1));
const feedFindings = async () => {
  const { items } = (await service.ask('view', 'GET', '/v1/doctor')).json;
  return items
    .find(({ purpose }: any) => purpose === 'lists')
    .findings.map(({ key }: any) => key)
    .filter((key: string) => key.startsWith('finding.feed'));
};

// Would see: a feed that is stored in part, that is imported again and again, whose vanished goods are shown or whose goods all vanish
// by one bad file.
story('a catalogue feed', (step) => {
  let importsBefore = 0;
  step('is pulled when it is set, and tells neither password nor token', async () => {
    serve(merchant({ a: '10.00', b: '20.00', c: '30.00' }), {
      ETag: '"one"',
      'Last-Modified': 'Fri, 20 Nov 2026 08:00:00 GMT',
    });
    importsBefore = await countImports();
    const url = `http://shop:secret@127.0.0.1:${server.port}/google.xml?token=1234&lang=de`;
    const [now, inAnHour] = [0, 60].map((minutes) => new Date(time.now.getTime() + minutes * 60_000).toISOString());
    const { status, json } = await setFeed('main', { url, missing: 'hide' });
    expect([status, json]).toEqual([
      201,
      {
        ...{ name: 'main', url: `${server.url}/google.xml?token=…&lang=…`, missing: 'hide', said: {} },
        ...{ set_at: now, next_pull_at: inAnHour },
        last_success_at: now,
        last_pull: {
          ...{ started_at: now, outcome: 'taken-in', problem: null },
          ...{
            import_id: expect.any(Number),
            items: 3,
            counts: { facts: 3, quarantined: 0, merged: 0 },
            hidden: 0,
            shown: 0,
          },
        },
      },
    ]);
    expect(await pricesOfStory()).toEqual({ a: '10', b: '20', c: '30' });
    const asked = server.asked.at(-1)!;
    expect(asked.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('shop:secret').toString('base64')}`,
      'accept-encoding': 'gzip',
    });
    expect(asked.url).toBe('/google.xml?token=1234&lang=de');
    const told = JSON.stringify([(await admin('GET', '/v1/feeds')).json, (await admin('GET', '/v1/audit')).json]);
    expect(told).toContain('google.xml');
    expect(told).not.toMatch(/secret|1234/);
  });

  step('is asked for conditionally, and is not read when it is the same', async () => {
    server.answer = (request, response) => {
      const isKnown = request.headers['if-none-match'] === '"one"';
      response.writeHead(isKnown ? 304 : 500).end();
    };
    later(60);
    expect(outcomeOf(await pull('main'))).toEqual(['unchanged', null, null, 0, 0]);
    expect(server.asked.at(-1)?.headers['if-modified-since']).toBe('Fri, 20 Nov 2026 08:00:00 GMT');
    // A server that tells nothing of its file: the same bytes are the same file.
    const file = merchant({ a: '11.00', b: '20.00', c: '30.00' });
    serve(file);
    expect(outcomeOf(await pull('main'))).toEqual(['taken-in', 3, [1, 0, 2], 0, 0]);
    expect(outcomeOf(await pull('main'))).toEqual(['unchanged', null, null, 0, 0]);
    expect(server.asked.at(-1)?.headers['if-none-match']).toBeUndefined();
    expect([(await countImports()) - importsBefore, await pricesOfStory()]).toEqual([2, { a: '11', b: '20', c: '30' }]);
    // One that says "not modified" of a file that nobody has is not believed.
    server.answer = (_, response) => response.writeHead(304).end();
    expect((await pull('main')).last_pull.problem).toBe('The server of the feed answers with 304.');
  });

  step('hides what vanishes, and shows it again, but for what the shop has hidden, or another feed holds', async () => {
    await service.ask('ingest', 'PUT', '/v1/items', {
      items: [
        { item_id: 'c', hidden: true },
        { item_id: 'own', title: 'Of the shop' },
      ],
    });
    serve(merchant({ a: '11.00', d: '40.00' }));
    // b and c are two of three: that is more than half.
    expect(outcomeOf(await pull('main'))[0]).toBe('fewer');
    serve(merchant({ a: '11.00', b: '20.00', c: '30.00', d: '40.00', e: '50.00', f: '60.00' }));
    expect(outcomeOf(await pull('main'))).toEqual(['taken-in', 6, [2, 0, 4], 0, 0]);
    expect(outcomeOf((await setFeed('second', { url: `${server.url}/second.csv` })).json)[0]).toBe('taken-in');
    serve(merchant({ a: '11.00', e: '50.00', f: '60.00' }));
    expect(outcomeOf(await pull('main'))).toEqual(['taken-in', 3, [0, 0, 3], 1, 0]);
    expect(await hiddenItems()).toEqual(['b', 'c']);
    serve(merchant({ a: '11.00', b: '20.00', c: '30.00', e: '50.00', f: '60.00' }));
    expect(outcomeOf(await pull('main'))).toEqual(['taken-in', 5, [0, 0, 5], 0, 1]);
    expect(await hiddenItems()).toEqual(['c']);
  });

  step('hides nothing where more than half has vanished, until somebody says that it is right', async () => {
    serve(merchant({ a: '12.00', b: '20.00' }));
    const { last_pull: fewer, said } = await pull('main');
    expect([fewer.outcome, fewer.hidden, fewer.problem]).toEqual([
      ...['fewer', 0],
      '3 of 5 items have vanished from the feed: nothing was hidden. If that is right, pull it with accept_fewer.',
    ]);
    expect(said[fewer.problem]).toEqual([{ key: 'feed.fewer', values: { gone: '3', before: '5' } }]);
    expect([await hiddenItems(), (await pricesOfStory())['a']]).toEqual([['c'], '12']);
    expect(await feedFindings()).toEqual(['finding.feed-fewer']);
    // It stays so, however often the same file comes.
    later(60);
    expect(outcomeOf(await pull('main'))).toEqual(['fewer', 2, [0, 0, 2], 0, 0]);
    expect(outcomeOf(await pull('main', { accept_fewer: true }))).toEqual(['taken-in', 2, [0, 0, 2], 2, 0]);
    expect([await hiddenItems(), await feedFindings()]).toEqual([['c', 'e', 'f'], []]);
    // That was of this file only: an hour later it would be asked again.
    serve(merchant({ z: '1.00' }));
    later(60);
    await service.stations.feeds.pullDue();
    expect(outcomeOf((await admin('GET', '/v1/feeds/main')).json)[0]).toBe('fewer');
    // Exactly half is not more.
    serve(merchant({ a: '12.00' }));
    expect(outcomeOf(await pull('main'))).toEqual(['taken-in', 1, [0, 0, 1], 1, 0]);
  });

  step('keeps what a row that is refused was about, and what the feed says of itself', async () => {
    const own = (...lines: string[]) => {
      const file = `item_id,title,price,hidden\na,Cup a,12.00,\n${lines.join('\n')}\n`;
      serve(gzipSync(file), { 'Content-Encoding': 'gzip' });
    };
    own('b,Cup b,1e99,', 'h,Cup h,5.00,');
    const { last_pull: broken } = (await setFeed('own', { url: `${server.url}/own.csv`, missing: 'hide' })).json;
    expect([broken.outcome, broken.items, broken.counts]).toEqual([
      ...['taken-in', 3],
      { facts: 1, quarantined: 1, merged: 1 },
    ]);
    expect((await service.ask('train', 'GET', '/v1/quarantine')).json.items).toHaveLength(1);
    // Whose row is refused is in the feed all the same.
    own('b,Cup b,1e98,');
    expect([outcomeOf(await pull('own'))[3], await hiddenItems()]).toEqual([1, expect.arrayContaining(['h'])]);
    own('b,Cup b,1e98,', 'h,Cup h,6.00,true');
    expect([outcomeOf(await pull('own')), await hiddenItems()]).toEqual([
      ['taken-in', 3, [1, 0, 2], 0, 0],
      expect.arrayContaining(['h']),
    ]);
    // What vanished while it was to be kept is not hidden later.
    await setFeed('own', { url: `${server.url}/own.csv` });
    own('h,Cup h,6.00,false');
    expect(outcomeOf(await pull('own'))[0]).toBe('taken-in');
    own('h,Cup h,7.00,');
    expect(outcomeOf((await setFeed('own', { url: `${server.url}/own.csv`, missing: 'hide' })).json)).toEqual([
      ...['taken-in', 2, [1, 0, 1], 0, 0],
    ]);
    expect((await admin('DELETE', '/v1/feeds/own')).json).toEqual({ name: 'own' });
    expect((await admin('GET', '/v1/feeds/own')).status).toBe(404);
  });
});

/** Answers with a part of the file, and then ends the connection. */
function breakOff(file: Buffer, headers: Record<string, string | number>): void {
  server.answer = (_, response) => {
    response.writeHead(200, headers);
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  };
}
const lead = (to: (request: IncomingMessage) => string) => {
  server.answer = (request, response) => response.writeHead(302, { Location: to(request) }).end();
};
const rows = (count: number) =>
  `item_id,title,price\n${Array.from({ length: count }, (_, number) => `row-${number},Cup,9.00`).join('\n')}\n`;

describe('of a feed that cannot be pulled nothing is stored, and why is told', () => {
  const whole = Buffer.from(rows(2_000));
  const cases: [what: string, arrange: () => void, problem: RegExp][] = [
    ['an error of its server', () => void (server.answer = (_, r) => r.writeHead(503).end('no')), /answers with 503/],
    ['a missing file', () => void (server.answer = (_, r) => r.writeHead(404).end('no')), /answers with 404/],
    ['a part of it', () => breakOff(whole, { 'Content-Length': whole.length }), /broke off before it was whole/],
    ['a part of it, in chunks', () => breakOff(whole, {}), /broke off before it was whole/],
    ['half of its gzip', () => serve(gzipSync(whole).subarray(0, 4_000)), /gzip is broken/],
    ['XML that ends within', () => serve(merchant({ q: '1.00', r: '2.00' }).slice(0, -40)), /cannot be taken in/],
    ['a page for people', () => serve('<!doctype html><html><body>Log in</body></html>'), /is a page of HTML/],
    ['nothing', () => serve(''), /is empty/],
    ['a header alone', () => serve('item_id,title,price\n'), /cannot be taken in|holds no item/],
    ['nothing that is an item', () => serve('item_id,title,price\n,,1.00\n'), /holds no item/],
    ['orders', () => serve('order_id,item_id,quantity,unit_price,occurred_at\n1,a,1,2.00,2026-11-01\n'), /./],
    ['rows of which most cannot be read', () => serve(rows(120).replaceAll('9.00', 'free')), /gate/],
    ['more than is allowed, which it says', () => serve(Buffer.alloc(2 ** 20 + 1, 'a')), /larger than 1 MB/],
    [
      'more than is allowed, without saying so',
      () =>
        void (server.answer = (_, r) => {
          r.writeHead(200);
          for (let part = 0; part < 40; part++) r.write(Buffer.alloc(65_536, 'a'));
          r.end();
        }),
      /larger than 1 MB/,
    ],
    ['a packing that is not known', () => serve(whole, { 'Content-Encoding': 'br' }), /packs it by br/],
    ['a way that leads to itself', () => lead((request) => request.url!), /leads on more than 5 times/],
    ['a way to a file of this machine', () => lead(() => 'file:///etc/passwd'), /none of http or https/],
    [
      'a way to a private address',
      () => lead(() => `http://127.0.0.2:${server.port}/`),
      /127\.0\.0\.2, which is no public/,
    ],
    ['the same as IPv6', () => lead(() => `http://[::ffff:127.0.0.2]:${server.port}/`), /no public address/],
    ['the same by number', () => lead(() => `http://2130706434:${server.port}/`), /127\.0\.0\.2, which is no public/],
    [
      'a way to secrets of clouds',
      () => lead(() => 'http://169.254.169.254/latest/'),
      /169\.254\.169\.254, which is no/,
    ],
  ];

  test('case by case', async () => {
    serve(merchant({ kept: '5.00' }), { ETag: '"kept"' });
    await setFeed('faulty', { url: `${server.url}/feed`, missing: 'hide' });
    later(30);
    const before = [await prices(), await hiddenItems()];
    for (const [what, arrange, problem] of cases) {
      arrange();
      const asked = server.asked.length;
      const { last_pull: last, last_success_at: success } = await pull('faulty');
      expect([what, last.outcome, last.problem]).toEqual([what, 'failed', expect.stringMatching(problem)]);
      expect([what, success]).toEqual([what, new Date(time.now.getTime() - 30 * 60_000).toISOString()]);
      expect([what, await prices(), await hiddenItems()]).toEqual([what, ...before]);
      // Nobody is asked whose address is refused, nor without end.
      const times = server.asked.length - asked;
      expect([what, times]).toEqual([what, /more than 5 times/.test(String(problem)) ? 6 : 1]);
    }
    expect(await feedFindings()).toEqual(['finding.feed-failed']);
    // What was known of the good file is still known.
    server.answer = (request, response) =>
      response.writeHead(request.headers['if-none-match'] === '"kept"' ? 304 : 500).end();
    expect(outcomeOf(await pull('faulty'))[0]).toBe('unchanged');
    later(25 * 60);
    expect(await feedFindings()).toContain('finding.feed-stale');
  });
});

// Would see: a server that keeps the service waiting for as long as it likes.
test('a file that drips is waited for no longer than is allowed', async () => {
  const { database, stations } = service;
  const config = { feedNetworks: ['127.0.0.1/32'], feedLimitMb: 1, feedPatienceSeconds: 1 };
  const patient = createFeeds({
    ...{ db: database, work: database, intake: stations.intake, clock: () => time.now, log: createLogger('silent') },
    config,
  });
  server.answer = (request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(rows(1)), 20);
    request.on('close', () => clearInterval(drip));
  };
  await patient.set({ name: 'slow', url: `${server.url}/slow`, missing: 'keep' });
  await patient.pullDue();
  expect((await patient.read('slow')).lastPull).toMatchObject({
    outcome: 'failed',
    problem: 'The feed has not come whole within 1 seconds.',
  });
  await patient.remove('slow');
});

// Would see: a name, or an address in a page of settings, by which the service asks machines of its own network.
test('addresses that are not public are refused, also those that a name means, where no network is named', async () => {
  const { database, stations } = service;
  const closed = createFeeds({
    ...{ db: database, work: database, intake: stations.intake, clock: () => time.now, log: createLogger('silent') },
    config: { feedNetworks: [], feedLimitMb: 1, feedPatienceSeconds: 5 },
  });
  const before = server.asked.length;
  for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '10.0.0.1']) {
    const url = `http://${host}:${server.port}/feed`;
    await expect(closed.set({ name: 'private', url, missing: 'keep' })).rejects.toThrow('no public address');
  }
  await closed.set({ name: 'named', url: `http://localhost:${server.port}/feed`, missing: 'keep' });
  await closed.pullDue();
  const { lastPull } = await closed.read('named');
  expect([lastPull?.outcome, lastPull?.problem]).toEqual([
    'failed',
    expect.stringMatching(/^localhost is at (127\.0\.0\.1|::1), which is no public address/),
  ]);
  expect(server.asked.length).toBe(before);
  await closed.remove('named');
  const refused = await setFeed('main', { url: 'http://169.254.169.254/latest' });
  expect([refused.status, refused.json.errors]).toMatchObject([409, [{ field: 'url' }]]);
  for (const body of [
    { url: 'ftp://shop.example/feed' },
    { url: 'shop.example' },
    {},
    { url: 'https://x', missing: 'x' },
  ]) {
    expect((await setFeed('main', body)).status).toBe(400);
  }
});

// Would see: a password that is sent to whoever the shop's server leads to.
test('a password goes to the server that it is for, and to no other', async () => {
  const other = createServer((request, response) => {
    server.asked.push(request);
    response.end(rows(1));
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  server.answer = (request, response) => {
    const to = request.url === '/feed' ? '/moved' : `http://127.0.0.1:${port}/elsewhere.csv`;
    response.writeHead(307, { Location: to }).end();
  };
  const from = server.asked.length;
  const { json } = await setFeed('moved', { url: `http://a:b@127.0.0.1:${server.port}/feed` });
  await new Promise((resolve) => other.close(resolve));
  expect(json.last_pull.outcome).toBe('taken-in');
  const asked = server.asked.slice(from).map(({ url, headers }) => [url, headers.authorization]);
  const secret = 'Basic YTpi';
  expect(asked).toEqual([
    ['/feed', secret],
    ['/moved', secret],
    ['/elsewhere.csv', undefined],
  ]);
  await admin('DELETE', '/v1/feeds/moved');
});

// Would see: two instances that pull at once, each of them; a feed that nobody pulls again after its puller died.
test('one instance pulls at a time, and what is due', async () => {
  const { database, stations } = service;
  const log = createLogger('silent');
  const config = { feedNetworks: ['127.0.0.1/32'], feedLimitMb: 1, feedPatienceSeconds: 5 };
  const other = createFeeds({
    db: database,
    work: database,
    intake: stations.intake,
    clock: () => time.now,
    log,
    config,
  });
  await other.set({ name: 'shared', url: `${server.url}/shared.csv`, missing: 'keep' });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.answer = (_, response) => void held.then(() => response.end(rows(2)));
  const from = server.asked.length;
  const first = stations.feeds.pullDue();
  while (server.asked.length === from) await new Promise((resolve) => setTimeout(resolve, 10));
  await other.pullDue();
  expect((await other.read('shared')).lastPull?.outcome).toBe('pulling');
  release();
  await first;
  await other.pullDue();
  later(59);
  await other.pullDue();
  expect(server.asked.length).toBe(from + 1);
  later(1);
  await other.pullDue();
  expect(server.asked.length).toBe(from + 2);
  // Set to another address while it is pulled: what comes of the old one hides nothing, and is not what is known of the new one,
  // be it the file from before or one of which an item has vanished.
  for (const ofOld of [2, 1]) {
    server.answer = (_, response) => response.end(rows(2));
    await other.set({ name: 'shared', url: `${server.url}/shared.csv`, missing: 'hide' });
    await other.pullDue();
    later(60);
    server.answer = (request, response) => {
      const isOld = request.url === '/shared.csv';
      if (request.headers['if-none-match'] === '"of-old"') return void response.writeHead(304).end();
      const answer = () => response.writeHead(200, { ETag: '"of-old"' }).end(rows(isOld ? ofOld : 3));
      if (!isOld) return void answer();
      other.set({ name: 'shared', url: `${server.url}/other.csv`, missing: 'hide' }).then(answer);
    };
    await other.pullDue();
    const { lastPull } = await other.read('shared');
    expect(lastPull).toMatchObject({ outcome: 'taken-in', items: 3, hidden: 0, shown: 0 });
    await other.remove('shared');
  }
  await other.set({ name: 'shared', url: `${server.url}/other.csv`, missing: 'keep' });
  // Whoever pulled it has died.
  await other.pullDue();
  await database.query(`update feeds set outcome = 'pulling'`);
  await other.pullDue();
  expect((await other.read('shared')).lastPull).toMatchObject({
    outcome: 'failed',
    problem: 'The service ended while the feed was being pulled.',
  });
});
