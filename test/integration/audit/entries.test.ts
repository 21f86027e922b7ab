import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { settleShop } from '../../../src/db/index.ts';
import { type Browser, openBrowser } from '../../support/service/browser.ts';
import { runCliHere } from '../../support/service/cli.ts';
import { call } from '../../support/service/contract.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { campaign } from '../../support/shops/coupon-shop.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

let service: TestService;
let ana: Browser;

beforeAll(async () => {
  service = await createTestService();
  await settleShop(service.database, service.config);
  const { users } = service.stations.accounts;
  await users.set('ana', 'operator');
  ana = await openBrowser(service.url, { ticket: (await users.makeTicket('ana', 'sign-in')).ticket });
  const items = ['tea', 'pot', 'cup'].map((name) => ({ item_id: name, title: name, price: '1.00' }));
  await service.ask('ingest', 'PUT', '/v1/items', { items });
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: 'C1' }, { customer_id: 'C2' }] });
  await publishContent(service.database, {
    asOf: new Date(),
    popularity: ['cup'],
    neighbours: {},
    rules: [{ antecedent: ['tea'], consequent: 'pot', confidence: 0.5 }],
    lists: {},
  });
  await service.stations.recommendations.refresh();
});
afterAll(() => service.stop());

type Entry = Record<string, any>;
const lastId = async () => {
  const [{ id }] = await service.database.query<{ id: number }>('select entry_id as id from audit_head');
  return id;
};
/** What `work` left, oldest first. */
async function traceOf(work: () => Promise<unknown>): Promise<Entry[]> {
  const before = await lastId();
  await work();
  const { json } = await call(service.url, 'listAuditEntries', { query: 'limit=100', headers: service.as('admin') });
  return json.items.filter((entry: Entry) => Number(entry['entry_id']) > before).reverse();
}
const byKey = (scope: Parameters<TestService['as']>[0], method: string, path: string, body?: unknown) => async () => {
  const { status, json } = await service.ask(scope, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
};
const byAna = (method: string, path: string, body?: unknown) => async () => {
  const headers = /codes$/.test(path) ? { 'Idempotency-Key': path } : {};
  const answer = await ana.ask(method, path, body, headers);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
};
const byCommand = (line: string) => async () => {
  const { code, errors } = await runCliHere(service.connectionString, line);
  if (code !== 0) throw new Error(`${line}: ${errors}`);
};
const holdout = { share: 0.02 };
const alarm = { indicator_id: 'net-sales', condition: 'below', grain: 'day', threshold: 10 };
const { campaign_id: campaignId, ...terms } = campaign('spring');
const segment = { segment_id: 'list-vip', name: 'VIP' };
const cost = (amount: string) => ({ day: '2026-03-01', channel: 'search', campaign: 'spring', amount });
const figure = (value: string, source: string) => ({
  month: '2026-02',
  category: 'Tea',
  measure: 'sales',
  value,
  source,
});
const rule = { segment_id: 'rule-big', name: 'Big', definition: { rfm: 'monetary', at_least: '12.50' } };

/** Name of the change, what makes it, its operation (undefined: by a command), what the entries say of it. */
type Change = [string, () => Promise<unknown>, string | undefined, [string, string, string, unknown, unknown][]];

// What changes what before stands after it: one after the other.
const changes: Change[] = [
  [
    'a holdout by a key',
    byKey('train', 'PUT', '/v1/recommendation-holdouts', holdout),
    'key train setRecommendationHoldout',
    [['made', 'holdout', 'lists', null, expect.objectContaining({ share: 0.02 })]],
  ],
  [
    'a holdout by a person',
    byAna('PUT', '/v1/recommendation-holdouts', { share: 0.03 }),
    'user ana setRecommendationHoldout',
    [
      [
        'changed',
        'holdout',
        'lists',
        expect.objectContaining({ share: 0.02 }),
        expect.objectContaining({ share: 0.03 }),
      ],
    ],
  ],
  [
    'a holdout of coupons',
    byAna('PUT', '/v1/coupon-holdouts', { share: 0.05 }),
    'user ana setHoldout',
    [
      [
        'changed',
        'holdout',
        'coupons',
        expect.objectContaining({ share: 0 }),
        expect.objectContaining({ share: 0.05 }),
      ],
    ],
  ],
  [
    'an alarm',
    byAna('PUT', '/v1/indicator-alarms/low', alarm),
    'user ana setIndicatorAlarm',
    [['made', 'indicator-alarm', 'low', null, expect.objectContaining({ condition: 'below' })]],
  ],
  [
    'an alarm, changed',
    byKey('indicators', 'PUT', '/v1/indicator-alarms/low', { ...alarm, threshold: 20 }),
    'key indicators setIndicatorAlarm',
    [
      [
        'changed',
        'indicator-alarm',
        'low',
        expect.objectContaining({ threshold: 10 }),
        expect.objectContaining({ threshold: 20 }),
      ],
    ],
  ],
  [
    'an alarm, removed',
    byAna('DELETE', '/v1/indicator-alarms/low'),
    'user ana deleteIndicatorAlarm',
    [['removed', 'indicator-alarm', 'low', expect.objectContaining({ threshold: 20 }), null]],
  ],
  [
    'a campaign',
    byKey('coupons', 'POST', '/v1/campaigns', { campaign_id: campaignId, ...terms }),
    'key coupons createCampaign',
    [['made', 'campaign', 'spring', null, expect.objectContaining({ name: terms.name, paused: false, version: 1 })]],
  ],
  [
    'a campaign with other terms',
    byAna('PUT', '/v1/campaigns/spring', { ...terms, name: 'Later' }),
    'user ana changeCampaign',
    [
      [
        'changed',
        'campaign',
        'spring',
        expect.objectContaining({ name: terms.name, version: 1 }),
        expect.objectContaining({ name: 'Later', version: 2 }),
      ],
    ],
  ],
  [
    'a pause',
    byAna('PUT', '/v1/campaigns/spring/pause'),
    'user ana pauseCampaign',
    [
      [
        'changed',
        'campaign',
        'spring',
        expect.objectContaining({ paused: false }),
        expect.objectContaining({ paused: true }),
      ],
    ],
  ],
  [
    'its end',
    byKey('coupons', 'DELETE', '/v1/campaigns/spring/pause'),
    'key coupons resumeCampaign',
    [
      [
        'changed',
        'campaign',
        'spring',
        expect.objectContaining({ paused: true }),
        expect.objectContaining({ paused: false }),
      ],
    ],
  ],
  [
    'codes',
    byAna('POST', '/v1/campaigns/spring/codes', { batch_id: 'flyer', count: 7, kind: 'single' }),
    'user ana createCodes',
    [['made', 'code-batch', 'flyer', null, { campaign_id: 'spring', codes: 7 }]],
  ],
  [
    'a blocked rule',
    byAna('PUT', '/v1/association-rules/blocks/3-2'),
    'user ana blockRule',
    [['made', 'rule-block', '3-2', null, { antecedent: ['tea'], consequent: 'pot' }]],
  ],
  [
    'a rule that is blocked no more',
    byKey('train', 'DELETE', '/v1/association-rules/blocks/3-2'),
    'key train unblockRule',
    [['removed', 'rule-block', '3-2', { antecedent: ['tea'], consequent: 'pot' }, null]],
  ],
  [
    'a segment',
    byAna('POST', '/v1/segments', segment),
    'user ana createSegment',
    [['made', 'segment', 'list-vip', null, { name: 'VIP', definition: null }]],
  ],
  [
    'its members',
    byKey('segments', 'PUT', '/v1/segments/list-vip/members', { customer_ids: ['C1', 'C2'] }),
    'key segments replaceSegmentMembers',
    [
      [
        'changed',
        'segment-refresh',
        'list-vip',
        expect.objectContaining({ members: 0 }),
        expect.objectContaining({ members: 2, arrived: 2 }),
      ],
    ],
  ],
  [
    'other members',
    byAna('PUT', '/v1/segments/list-vip/members', { customer_ids: ['C1'] }),
    'user ana replaceSegmentMembers',
    [
      [
        'changed',
        'segment-refresh',
        'list-vip',
        expect.objectContaining({ members: 2 }),
        expect.objectContaining({ members: 1, arrived: 0, departed: 1 }),
      ],
    ],
  ],
  [
    'an attribute of customers',
    byAna('PUT', '/v1/customer-attributes/born', { type: 'date', personal: true }),
    'user ana stateCustomerAttribute',
    [['made', 'customer-attribute', 'born', null, { type: 'date', personal: true, description: null }]],
  ],
  [
    'costs, told for the first time',
    byKey('ingest', 'PUT', '/v1/costs', { costs: [cost('12.00'), { ...cost('1.00'), channel: 'mail' }] }),
    undefined,
    [],
  ],
  [
    'costs that are told otherwise, of the rows that are other ones',
    byKey('ingest', 'PUT', '/v1/costs', {
      costs: [
        { ...cost('13.50'), clicks: 7 },
        { ...cost('1.00'), channel: 'mail' },
      ],
    }),
    'key ingest recordCosts',
    [
      [
        'changed',
        'cost',
        '2026-03-01 search spring',
        { channel: 'search', campaign: 'spring', amount_minor: 1_200, impressions: null, clicks: null },
        { channel: 'search', campaign: 'spring', amount_minor: 1_350, impressions: null, clicks: 7 },
      ],
    ],
  ],
  [
    'a market figure, told otherwise by somebody who is signed in',
    async () => {
      await byKey('ingest', 'PUT', '/v1/market-figures', { market_figures: [figure('1000', 'a panel')] })();
      await byAna('PUT', '/v1/market-figures', { market_figures: [figure('900', 'another panel')] })();
    },
    'user ana recordMarketFigures',
    [
      [
        'changed',
        'market-figure',
        '2026-02 sales market Tea',
        { category: 'Tea', measure: 'sales', whose: 'market', value: 1_000, source: 'a panel' },
        { category: 'Tea', measure: 'sales', whose: 'market', value: 900, source: 'another panel' },
      ],
    ],
  ],
  [
    'what an item costs: the first word is none',
    async () => {
      const item = (cost: string) => ({ items: [{ item_id: 'tea', title: 'tea', price: '1.00', cost }] });
      await byKey('ingest', 'PUT', '/v1/items', item('0.40'))();
      await byKey('ingest', 'PUT', '/v1/items', item('0.55'))();
    },
    'key ingest upsertItems',
    [['changed', 'item-cost', 'tea', { cost: 0.4 }, { cost: 0.55 }]],
  ],
  [
    'a segment, removed',
    byAna('DELETE', '/v1/segments/list-vip'),
    'user ana deleteSegment',
    [['removed', 'segment', 'list-vip', { name: 'VIP', definition: null }, null]],
  ],
  [
    'a user',
    byKey('admin', 'PUT', '/v1/users/bo', { role: 'viewer' }),
    'key admin setUser',
    [
      [
        'made',
        'user',
        'bo',
        null,
        {
          role: 'viewer',
          password_changed_at: null,
          totp_secret: false,
          totp_begun_at: null,
          totp_changed_at: null,
          recovery_codes_made_at: null,
        },
      ],
    ],
  ],
  [
    'a role',
    byAna('PUT', '/v1/users/bo', { role: 'marketer' }),
    'user ana setUser',
    [
      [
        'changed',
        'user',
        'bo',
        expect.objectContaining({ role: 'viewer' }),
        expect.objectContaining({ role: 'marketer' }),
      ],
    ],
  ],
  [
    'an invitation by a command',
    byCommand('users invite bo'),
    undefined,
    [['made', 'invitation', 'bo', null, { expires_at: expect.any(String) }]],
  ],
  [
    'a role by a command',
    byCommand('users set bo --role operator'),
    undefined,
    [
      [
        'changed',
        'user',
        'bo',
        expect.objectContaining({ role: 'marketer' }),
        expect.objectContaining({ role: 'operator' }),
      ],
    ],
  ],
  [
    'a user, removed',
    byAna('DELETE', '/v1/users/bo'),
    'user ana deleteUser',
    [['removed', 'user', 'bo', expect.objectContaining({ role: 'operator' }), null]],
  ],
  [
    'a key',
    byAna('POST', '/v1/keys', { name: 'shop', scopes: ['recommend'] }),
    'user ana createKey',
    [
      [
        'made',
        'key',
        expect.any(String) as never,
        null,
        { name: 'shop', scopes: ['recommend'], allowed_origins: [], revoked_at: null },
      ],
    ],
  ],
  [
    'a key by a command',
    byCommand('keys create other --scope segments'),
    undefined,
    [
      [
        'made',
        'key',
        expect.any(String) as never,
        null,
        { name: 'other', scopes: ['segments'], allowed_origins: [], revoked_at: null },
      ],
    ],
  ],
  [
    'an erased customer',
    byKey('admin', 'DELETE', '/v1/customers/C2'),
    'key admin eraseCustomer',
    [['made', 'erasure', '', null, expect.anything()]],
  ],
  [
    'one who has come again and is erased again',
    async () => {
      await byKey('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: 'C2' }] })();
      await byKey('admin', 'DELETE', '/v1/customers/C2')();
    },
    'key admin eraseCustomer',
    [['changed', 'erasure', '', expect.anything(), expect.anything()]],
  ],
  [
    'a redrive',
    byAna('POST', '/v1/quarantine/redrives', {}),
    'user ana redriveQuarantine',
    [['made', 'redrive', '', null, expect.objectContaining({ in: 0, facts: 0 })]],
  ],
  [
    'signing out',
    byAna('DELETE', '/v1/session'),
    'user ana signOut',
    [['changed', 'session', expect.any(String) as never, { ended_at: null }, { ended_at: expect.any(String) }]],
  ],
];

const told = ({ actor, ...entry }: Entry): unknown[] => [
  actor.kind === 'command' ? undefined : `${actor.kind} ${actor.name} ${actor.operation}`,
  ...['action', 'subject', 'subject_id', 'before', 'after'].map((name) => entry[name]),
];

// Would see: a way to change the shop that leaves nothing, or does not say who it was or what it was before.
test('whatever governs the shop leaves one entry a change, whoever makes it and by whatever way', async () => {
  for (const [name, change, who, expected] of changes) {
    const started = Date.now();
    const trace = await traceOf(change);
    expect([name, trace.map(told)]).toEqual([name, expected.map((entry) => [who, ...entry])]);
    for (const { at } of trace) {
      expect(Date.parse(at)).toBeGreaterThan(started - 1_000);
      expect(Date.parse(at)).toBeLessThanOrEqual(Date.now() + 1_000);
    }
  }
});

// Would see: a name that ends the statement it stands in, and goes on as one of its own.
test.each(["O'Hara", "x'; update campaigns set paused = true; --", 'a\\', "\\'", '"quoted" $$ {json: 1}', 'Łódź 北京'])(
  'whatever a key is called, it is called so in its entries: %s',
  async (name) => {
    const { json } = await service.ask('admin', 'POST', '/v1/keys', { name, scopes: ['indicators'] });
    const headers = { Authorization: `Bearer ${json.token}` };
    const path = { alarm_id: `by-${json.key_id}` };
    const [entry] = await traceOf(() => call(service.url, 'setIndicatorAlarm', { headers, path, body: alarm }));
    expect(entry['actor']).toEqual({ kind: 'key', key_id: json.key_id, name, operation: 'setIndicatorAlarm' });
  },
);

test('who signs in is an entry of theirs; an import by a command is one when it begins', async () => {
  const signedIn = await traceOf(() => openBrowser(service.url, { key: service.keys.train }));
  expect(signedIn.map(told)).toEqual([
    ['key train null', 'made', 'session', expect.any(String), null, { key_id: expect.any(Number) }],
  ]);
  const file = join(await makeScratchFolder('audit'), 'items.csv');
  await writeFile(file, 'item_id,title,price\nmug,Mug,2.00\n');
  const imported = await traceOf(byCommand(`import items ${file}`));
  expect(imported.map(told)).toEqual([[undefined, 'made', 'import', expect.any(String), null, { kind: 'items' }]]);
});

test('a run that somebody begins is an entry of theirs, and so is what they publish', async () => {
  const { training } = service.stations;
  let runId = 0;
  const [run] = await traceOf(async () => {
    const { json } = await service.ask('train', 'POST', '/v1/training-runs', { models: ['popularity'] });
    runId = Number(json.training_run_id);
    await training.waitForRun(runId);
  });
  expect(run).toMatchObject({
    actor: { kind: 'key', name: 'train', operation: 'startTrainingRun' },
    action: 'made',
    subject: 'training-run',
    subject_id: String(runId),
    after: { models: ['popularity'] },
  });
  const published = await traceOf(async () => {
    const [{ version }] = await service.database.query<{ version: number }>(
      `select version from model_versions where kind = 'popularity' order by version desc limit 1`,
    );
    const answer = await call(service.url, 'publishModelVersion', {
      headers: { ...service.as('train'), 'Idempotency-Key': 'publish' },
      body: { kind: 'popularity', version },
    });
    expect(answer.status).toBeLessThan(300);
  });
  expect(published.map(({ subject, actor }) => [subject, actor.operation]).sort()).toEqual([
    ['published-release', 'publishModelVersion'],
    ['release', 'publishModelVersion'],
  ]);
});

test('the same again, and what changes counters alone, leave nothing', async () => {
  await byKey('coupons', 'POST', '/v1/campaigns', campaign('autumn'))();
  await byKey('segments', 'POST', '/v1/segments', rule)();
  const again = await traceOf(async () => {
    await byKey('coupons', 'POST', '/v1/campaigns', campaign('autumn'))();
    await byKey('segments', 'POST', '/v1/segments', rule)();
    await service.database.query('update campaigns set issued = issued + 1');
    await service.database.query('update campaigns set issued = issued - 1');
  });
  expect(again).toEqual([]);
});

// Would see: a writer that goes by the head as it was when it began, so that two entries follow the same one. Postgres refuses the second
// (40001) because the head's row was changed since; it is tried again from its beginning, as all that fail so.
test.each(['read committed', 'repeatable read', 'serializable'])(
  'a writer at %s that began before another one leaves one entry after the other’s, and the chain is whole',
  async (level) => {
    let tries = 0;
    const trace = await traceOf(() =>
      service.database.transaction(async (tx) => {
        await tx.query(`set transaction isolation level ${level}`);
        await tx.query('select from audit_head');
        if (tries++ === 0) await byKey('indicators', 'PUT', `/v1/indicator-alarms/first-${level.slice(0, 4)}`, alarm)();
        await tx.query(
          `insert into indicator_alarms (alarm_id, indicator_id, grain, condition, threshold, next_period)
           values ($1, 'net-sales', 'day', 'below', 1, '2026-03-01')`,
          [`second-${level.slice(0, 4)}`],
        );
      }),
    );
    expect([tries, trace.map((entry) => entry['subject_id'])]).toEqual([
      level === 'read committed' ? 1 : 2,
      [`first-${level.slice(0, 4)}`, `second-${level.slice(0, 4)}`],
    ]);
    const checked = await call(service.url, 'checkAudit', { headers: service.as('admin') });
    expect(checked.json.is_whole).toBe(true);
  },
);

test('what was rolled back leaves nothing', async () => {
  const trace = await traceOf(async () => {
    const undone = service.database.transaction(async (tx) => {
      await tx.query('update campaigns set paused = not paused');
      await tx.query(`insert into indicator_alarms (alarm_id, indicator_id, grain, condition, threshold, next_period)
        values ('x', 'net-sales', 'day', 'below', 1, '2026-03-01')`);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
  });
  expect(trace).toEqual([]);
});

test('what is done past the service is the service’s own by its name, and in the list all the same', async () => {
  await byKey('coupons', 'POST', '/v1/campaigns', campaign('summer'))();
  const [entry] = await traceOf(() =>
    service.database.query(`update campaigns set paused = true where campaign_id = 'summer'`),
  );
  expect(entry).toMatchObject({ actor: { kind: 'service' }, subject: 'campaign', after: { paused: true } });
});

test('is found by who, what, which and when', async () => {
  const find = async (query: string): Promise<Entry[]> =>
    (await call(service.url, 'listAuditEntries', { query, headers: service.as('admin') })).json.items;
  await byKey('coupons', 'POST', '/v1/campaigns', campaign('winter'))();
  await byKey('coupons', 'PUT', '/v1/campaigns/winter/pause')();
  const found = await find('subject=campaign&subject_id=winter');
  expect(found.map(({ action }) => action)).toEqual(['changed', 'made']);
  expect(await find(`subject=campaign&subject_id=winter&from=${found[0]['at']}`)).toHaveLength(1);
  expect(await find(`subject=campaign&subject_id=winter&to=${found[0]['at']}`)).toHaveLength(1);
  expect(new Set((await find('actor=coupons')).map(({ actor }) => actor.name))).toEqual(new Set(['coupons']));
  const [first, second] = [
    await find('limit=1'),
    await call(service.url, 'listAuditEntries', { query: 'limit=1', headers: service.as('admin') }),
  ];
  const next = await find(`limit=1&cursor=${second.json.next_cursor}`);
  expect(Number(first[0]['entry_id']) - Number(next[0]['entry_id'])).toBe(1);
});

test('nothing of customers is in it, whatever they are called', async () => {
  const secret = 'Zaphod-Beeblebrox';
  await service.ask('ingest', 'PUT', '/v1/customers', {
    customers: [
      {
        customer_id: `${secret}-id`,
        attributes: { name: `${secret}-name`, email: `${secret}@example.com`, city: `${secret}-city` },
      },
    ],
  });
  await service.ask('ingest', 'POST', '/v1/events', {
    events: [
      {
        event_id: `${secret}-e`,
        type: 'search',
        visitor_id: `${secret}-visitor`,
        customer_id: `${secret}-id`,
        occurred_at: new Date().toISOString(),
        query: `${secret}-query`,
      },
    ],
  });
  await service.ask('ingest', 'POST', '/v1/orders', {
    orders: [
      {
        order_id: `${secret}-order`,
        customer_id: `${secret}-id`,
        ordered_at: new Date().toISOString(),
        lines: [{ item_id: 'tea', quantity: 1, unit_price: '1.00' }],
      },
    ],
  });
  await service.ask('segments', 'POST', '/v1/segments', { segment_id: 'list-some', name: 'Some' });
  await service.ask('segments', 'PUT', '/v1/segments/list-some/members', { customer_ids: [`${secret}-id`] });
  const decision = await fetch(`${service.url}/v1/coupon-decisions`, {
    method: 'POST',
    headers: { ...service.as('coupons'), 'Content-Type': 'application/json', 'Idempotency-Key': secret },
    body: JSON.stringify({ customer_id: `${secret}-id` }),
  });
  expect(decision.status).toBe(200);
  await ana.ask('POST', '/v1/campaigns/winter/codes', {
    batch_id: 'own',
    code: 'ZAPHODB',
    kind: 'single',
    customer_id: `${secret}-id`,
  });
  expect((await service.ask('admin', 'DELETE', `/v1/customers/${secret}-id`)).status).toBe(200);
  await service.stations.audit.writeCounts();
  const [{ text, entries }] = await service.database.query<{ text: string; entries: number }>(
    `select (select string_agg(e::text, ' ') from audit_entries e) || (select string_agg(w::text, ' ') from write_counts w)
       || coalesce((select string_agg(d::text, ' ') from audit_deeds d), '') as text, (select count(*) from audit_entries)::int as entries`,
  );
  expect(entries).toBeGreaterThan(20);
  expect(text).not.toMatch(/zaphod|beeblebrox/i);
});

/** By the words of the contract and the table's comments alone, with other means than the service's. */
async function hashesByHand(): Promise<{ id: number; ok: boolean }[]> {
  const rows = await service.database.query<Record<string, string>>(
    `select entry_id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor::text, action, subject,
       subject_id, before::text, after::text, encode(hash, 'hex') as hash from audit_entries order by audit_entries.entry_id`,
  );
  let before = Buffer.alloc(32);
  return rows.map((row) => {
    const fields = ['entry_id', 'at', 'actor', 'action', 'subject', 'subject_id', 'before', 'after'].map((name) => {
      if (row[name] === null) return '-';
      return `${new TextEncoder().encode(row[name]).length}:${row[name]}`;
    });
    const hash = createHash('sha256')
      .update(Buffer.concat([before, Buffer.from(fields.join())]))
      .digest();
    before = Buffer.from(row['hash'], 'hex');
    return { id: Number(row['entry_id']), ok: hash.equals(before) };
  });
}

test('every hash is of all before it, as another program finds; ids have no gaps', async () => {
  const all = await hashesByHand();
  expect(all.length).toBeGreaterThan(20);
  expect(all).toEqual(all.map((_, place) => ({ id: place + 1, ok: true })));
  const checked = await call(service.url, 'checkAudit', { headers: service.as('admin') });
  expect(checked.json).toMatchObject({ is_whole: true, entries: all.length, broken: [] });
});

test('it can only grow', async () => {
  const { database } = service;
  for (const statement of [
    'delete from audit_entries where entry_id = 1',
    `update audit_entries set subject_id = 'x' where entry_id = 1`,
    'truncate audit_entries',
  ])
    await expect(database.query(statement)).rejects.toThrow(/append-only/);
});

test('facts and decisions are counted by hour, caller and operation', async () => {
  const hour = new Date();
  hour.setUTCMinutes(0, 0, 0);
  const countOf = async () => {
    await service.stations.audit.writeCounts();
    const query = `from=${hour.toISOString()}`;
    const { json } = await call(service.url, 'listWriteCounts', { query, headers: service.as('admin') });
    const [events] = json.items.filter(({ operation }: Entry) => operation === 'recordEvents');
    return [events?.requests ?? 0, events?.elements ?? 0];
  };
  const event = (id: string) => ({
    event_id: id,
    type: 'search',
    visitor_id: 'v',
    occurred_at: new Date().toISOString(),
    query: 'tea',
  });
  const [requests, elements] = await countOf();
  await Promise.all(
    ['a', 'b', 'c'].map((id) => service.ask('ingest', 'POST', '/v1/events', { events: [event(id), event(`${id}2`)] })),
  );
  expect(await countOf()).toEqual([requests + 3, elements + 6]);
});
