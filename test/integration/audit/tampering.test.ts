import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { runCliHere } from '../../support/service/cli.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { campaign } from '../../support/shops/coupon-shop.ts';

let service: TestService;
/** Who owns the database, and puts its triggers out of work. */
let owner: pg.Client;
const entries = 120;

beforeAll(async () => {
  service = await createTestService();
  for (let count = 0; count < entries; count++) {
    await service.database.query(
      `insert into indicator_alarms (alarm_id, indicator_id, grain, condition, threshold, next_period)
       values ($1, 'net-sales', 'day', 'below', 1, '2026-03-01')`,
      [`alarm-${count}`],
    );
  }
  owner = new pg.Client(service.connectionString);
  await owner.connect();
  await owner.query(`set search_path = pannier; set session_replication_role = replica;
    create table backup as select * from audit_entries; create table backup_head as select * from audit_head`);
});
afterEach(() =>
  owner.query(`truncate audit_entries, audit_head; insert into audit_entries select * from backup;
    insert into audit_head select * from backup_head`),
);
afterAll(async () => {
  await owner.end();
  await service.stop();
});

const check = async (query = '') =>
  (await call(service.url, 'checkAudit', { query, headers: service.as('admin') })).json as {
    is_whole: boolean;
    entries: number;
    broken: { entry_id: string; how: string }[];
    head: { entry_id: string; hash: string };
  };

/** What somebody does, and which entries have to be found by it. */
type Tampering = [string, (id: number, all: number) => string, (id: number, all: number) => [number, string][]];

const changed = (id: number): [number, string][] => [[id, 'changed']];
const set = (what: string) => (id: number) => `update audit_entries set ${what} where entry_id = ${id}`;

const tamperings: Tampering[] = [
  ['another time', set(`at = at + interval '1 microsecond'`), changed],
  ['another actor', set(`actor = '{"kind": "user", "name": "bo"}'`), changed],
  ['another action', set(`action = 'removed'`), changed],
  ['another subject', set(`subject = 'campaign'`), changed],
  ['another id', set(`subject_id = subject_id || '0'`), changed],
  [
    'a letter moved from one field to the next',
    set(`subject = 'indicator-alar', subject_id = 'm' || subject_id`),
    changed,
  ],
  ['something before', set(`before = '{}'`), changed],
  ['null for what is after', set('after = null'), changed],
  ['another figure after', set(`after = jsonb_set(after, '{threshold}', '1000')`), changed],
  // Its own hash is wrong, and no longer what the next one was made with.
  [
    'another hash',
    set(`hash = sha256('x')`),
    (id, all) =>
      id === all
        ? changed(id)
        : [
            [id, 'changed'],
            [id + 1, 'changed'],
          ],
  ],
  ['removed', (id) => `delete from audit_entries where entry_id = ${id}`, (id) => [[id, 'missing']]],
  [
    'removed, and the others moved up',
    (id) => `delete from audit_entries where entry_id = ${id};
      update audit_entries set entry_id = -(entry_id - 1) where entry_id > ${id}; update audit_entries set entry_id = -entry_id where entry_id < 0`,
    (id, all) => [
      ...Array.from({ length: all - id }, (_, place): [number, string] => [id + place, 'changed']),
      [all, 'missing'],
    ],
  ],
  [
    'two in each other’s place',
    (id) => {
      const other = id === 1 ? 2 : id - 1;
      return `update audit_entries set entry_id = -entry_id where entry_id in (${id}, ${other});
        update audit_entries set entry_id = ${id} where entry_id = -${other}; update audit_entries set entry_id = ${other} where entry_id = -${id}`;
    },
    (id, all) => {
      const [first, second] = id === 1 ? [1, 2] : [id - 1, id];
      const after: [number, string][] = second === all ? [] : [[second + 1, 'changed']];
      return [[first, 'changed'], [second, 'changed'], ...after];
    },
  ],
  [
    'one more at the end',
    (_, all) =>
      `insert into audit_entries select ${all + 1}, at, actor, action, subject, subject_id, before, after, hash from audit_entries where entry_id = ${all}`,
    (_, all) => [[all + 1, 'changed']],
  ],
];

// Would see: a change of the past that nobody notices.
test('a hundred of a hundred are found, and named', async () => {
  const { entries: all, is_whole: isWhole } = await check();
  expect([isWhole, all >= entries]).toEqual([true, true]);
  let found = 0;
  for (let round = 0; round < 100; round++) {
    const [name, tamper, expected] = tamperings[round % tamperings.length];
    // The first, the last, and others all over.
    const id = [1, all, 2][Math.floor(round / tamperings.length)] ?? 1 + ((round * 37) % all);
    await owner.query(tamper(id, all));
    const told = await check();
    const wanted = expected(id, all).sort(([one], [other]) => one - other);
    expect([name, id, told.broken.map((one) => [Number(one.entry_id), one.how])]).toEqual([name, id, wanted]);
    expect(told.is_whole).toBe(false);
    found++;
    await owner.query(`truncate audit_entries, audit_head; insert into audit_entries select * from backup;
      insert into audit_head select * from backup_head`);
  }
  expect(found).toBe(100);
});

describe('who reckons all hashes anew', () => {
  /** Changes an entry and makes the chain whole again, head and all. */
  async function forge(id: number): Promise<void> {
    await owner.query(`update audit_entries set subject_id = 'forged' where entry_id = ${id}`);
    const { rows } = await owner.query(
      `select entry_id::int as id, audit_text(entry_id, at, actor, action, subject, subject_id, before, after) as text
       from audit_entries order by entry_id`,
    );
    let hash: Buffer = Buffer.alloc(32);
    for (const row of rows) {
      hash = createHash('sha256').update(hash).update(row.text).digest();
      await owner.query('update audit_entries set hash = $2 where entry_id = $1', [row.id, hash]);
    }
    await owner.query('update audit_head set hash = $1', [hash]);
  }

  test('is found by a head that was noted elsewhere, as the answer says', async () => {
    const { head } = await check();
    await forge(50);
    expect((await check()).is_whole).toBe(true);
    const noted = await check(`entry_id=${head.entry_id}&hash=${head.hash}`);
    expect(noted.broken).toEqual([{ entry_id: head.entry_id, how: 'changed' }]);
  });

  test('or who cuts off the end with the head', async () => {
    const { head } = await check();
    await owner.query(`delete from audit_entries where entry_id > 100;
      update audit_head set entry_id = 100, hash = (select hash from audit_entries where entry_id = 100)`);
    expect((await check()).is_whole).toBe(true);
    const noted = await check(`entry_id=${head.entry_id}&hash=${head.hash}`);
    expect(noted.broken[0]).toEqual({ entry_id: '101', how: 'missing' });
  });
});

// Would see: a check that walks all the numbers up to one that anybody may name, and answers nobody meanwhile.
test('a noted head that is far past the end is told at once, with how many are missing', async () => {
  const begun = Date.now();
  const answer = await check(`entry_id=9000000000000&hash=${'0'.repeat(64)}`);
  expect(answer).toMatchObject({ is_whole: false, broken_count: 9_000_000_000_000 - answer.entries });
  expect(answer.broken[0]).toEqual({ entry_id: String(answer.entries + 1), how: 'missing' });
  expect(Date.now() - begun).toBeLessThan(5_000);
});

test('the command says the same, and ends with 1 where something is broken', async () => {
  const run = (line: string) => runCliHere(service.connectionString, line);
  const whole = await run('--json audit check');
  expect([whole.code, whole.json]).toEqual([0, await check()]);
  expect((await run(`audit check --noted ${whole.json.head.entry_id}:${whole.json.head.hash}`)).code).toBe(0);
  await owner.query(`update audit_entries set subject_id = 'x' where entry_id = 7`);
  const broken = await run('--json audit check');
  expect([broken.code, broken.json.broken]).toEqual([1, [{ entry_id: '7', how: 'changed' }]]);
  expect((await run('audit check')).out).toMatch(/^1 of \d+ entries are not as they were written:/);
  expect((await run('audit check --noted 7')).code).toBe(2);
});

test('entries past the head, and a head that is gone, are found', async () => {
  await owner.query(`update audit_head set entry_id = entry_id - 3`);
  expect((await check()).broken.map(({ how }) => how)).toEqual(['added', 'added', 'added']);
  await owner.query('delete from audit_head');
  expect((await check()).is_whole).toBe(false);
});

const atOnce = 30;

// Would see: two who write at once, of whom one waits for the other's row while that one waits for its place in the audit.
test('many who change the same things at once are all done, each leaves its entries, and the chain is whole', async () => {
  await owner.query('set session_replication_role = origin');
  try {
    const ask = service.ask;
    await ask('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: 'C1' }, { customer_id: 'C2' }] });
    for (const id of ['one', 'two']) await ask('coupons', 'POST', '/v1/campaigns', campaign(id));
    const { entries: before } = await check();
    const pause = (id: string, method: string) => ask('coupons', method, `/v1/campaigns/${id}/pause`);
    const both = (first: string, second: string) =>
      service.database.transaction(async (tx) => {
        await tx.query('update campaigns set paused = not paused where campaign_id = $1', [first]);
        await tx.query('update campaigns set paused = not paused where campaign_id = $1', [second]);
      });
    const decide = (count: number) =>
      fetch(`${service.url}/v1/coupon-decisions`, {
        method: 'POST',
        headers: { ...service.as('coupons'), 'Content-Type': 'application/json', 'Idempotency-Key': `d${count}` },
        body: JSON.stringify({ customer_id: `C${1 + (count % 2)}` }),
      });
    const alarm = (count: number) => ({
      indicator_id: 'net-sales',
      condition: 'below',
      grain: 'day',
      threshold: count,
    });
    const change = async (count: number): Promise<number> => {
      const id = count % 2 ? 'one' : 'two';
      if (count % 6 === 0) return (await pause(id, 'PUT')).status;
      if (count % 6 === 1) return (await pause(id, 'DELETE')).status;
      if (count % 6 === 2) return (await decide(count)).status;
      if (count % 6 === 3) return (await ask('admin', 'PUT', `/v1/users/u${count}`, { role: 'viewer' })).status;
      if (count % 6 === 4) return (await ask('indicators', 'PUT', '/v1/indicator-alarms/a', alarm(count))).status;
      return both('one', 'two').then(() => 200);
    };
    const statuses: number[] = [];
    // So many at once as a busy machine does without sending anybody away.
    for (let first = 0; first < 120; first += atOnce) {
      statuses.push(...(await Promise.all(Array.from({ length: atOnce }, (_, place) => change(first + place)))));
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const after = await check();
    // Twenty users, twenty other thresholds, twenty times two campaigns, and pauses that were none before.
    expect(after.entries - before).toBeGreaterThanOrEqual(80);
    expect(after.is_whole).toBe(true);
  } finally {
    await owner.query('set session_replication_role = replica');
  }
});
