import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/index.ts';
import { createEventPartitions, expireEvents } from '../../../src/intake/events/partitions.ts';
import { loadVisitorStates } from '../../../src/intake/fact-queries/states/states.ts';
import type { EventElement } from '../../../src/intake/request-elements.ts';
import { createTestIntake, readColumn, readNumber, type TestIntake } from '../../support/shops/intake.ts';
import { behavioursIn } from '../../support/shops/told-behaviours.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
beforeEach(async () => {
  await intake.clear();
  await intake.recording.upsertItems([{ item_id: 'I1' }, { item_id: 'I2' }]);
  intake.notices.length = 0;
});
afterAll(() => intake.drop());

let lastId = 0;
function view(parts: Partial<EventElement> = {}): EventElement {
  return { event_id: `E${++lastId}`, type: 'view', item_id: 'I1', occurred_at: '2026-06-01T10:00:00Z', ...parts };
}

const statuses = (verdict: { verdicts: { status: string }[] }) => verdict.verdicts.map(({ status }) => status);
const countEvents = () => readNumber(intake.database, 'select count(*) from events');
const customerKey = (id: string) =>
  readNumber(intake.database, 'select customer_key from customers where customer_id = $1', [id]);

describe('recordEvents', () => {
  test('stores every field', async () => {
    const list_id = '0199c0de-0000-7000-8000-000000000001';
    await intake.recording.recordEvents([
      view({
        event_id: 'full',
        customer_id: 'C1',
        visitor_id: 'V1',
        occurred_at: '2026-06-01T12:00:00.123+02:00',
        list_id,
        position: 3,
        properties: { a: 'x"\\', b: [] },
      }),
      { event_id: 'search', type: 'search', visitor_id: 'V1', occurred_at: '2026-06-01T10:00:01Z', query: 'tea {,}' },
      { event_id: 'own', type: 'custom', visitor_id: 'V1', occurred_at: '2026-06-01T10:00:02Z', name: 'NULL' },
    ]);
    expect(
      await intake.database.query(
        `select event_id, type, customer_id, visitor_id, item_id, occurred_at, list_id, list_position as position, query, name, properties
         from events left join customers using (customer_key) left join visitors using (visitor_key)
         left join items using (item_key) order by occurred_at`,
      ),
    ).toEqual([
      {
        event_id: 'full',
        type: 'view',
        customer_id: 'C1',
        visitor_id: 'V1',
        item_id: 'I1',
        occurred_at: new Date('2026-06-01T10:00:00.123Z'),
        list_id,
        position: 3,
        query: null,
        name: null,
        properties: { a: 'x"\\', b: [] },
      },
      expect.objectContaining({ event_id: 'search', customer_id: null, item_id: null, query: 'tea {,}' }),
      expect.objectContaining({ event_id: 'own', name: 'NULL', properties: null }),
    ]);
  });

  test('stores what visits, reviews and complaints tell, and what of a page nothing is counted by beside', async () => {
    const at = '2026-06-01T10:00:00Z';
    const who = { visitor_id: 'V1', occurred_at: at, session_id: 'S1' };
    const page = {
      path: '/tea',
      referrer: 'https://search.example/?q=tea',
      device: 'mobile' as const,
      language: 'de',
      campaign: { source: 'news', name: 'spring', content: 'top' },
    };
    await intake.recording.recordEvents([
      { ...who, event_id: '1', type: 'page_view', page },
      { ...who, event_id: '2', type: 'page_ping', page: { path: '/tea' }, dwell_seconds: 86_400 },
      { ...who, event_id: '3', type: 'search', query: 'tea', results: 0 },
      { ...who, event_id: '4', type: 'review', item_id: 'I1', order_id: 'O1', rating: 2 },
      { ...who, event_id: '5', type: 'complaint', topic: 'late' },
      { ...who, event_id: '6', type: 'checkout_start', session_id: undefined },
    ]);
    const nothing = {
      path: null,
      device: null,
      campaign: null,
      dwell_seconds: null,
      rating: null,
      topic: null,
      order_id: null,
      results: null,
      page: null,
    };
    expect(
      await intake.database.query(
        `select session_id, path, device, campaign, dwell_seconds, rating, topic, order_id, results, page
         from events order by event_id`,
      ),
    ).toEqual([
      {
        ...nothing,
        session_id: 'S1',
        path: '/tea',
        device: 'mobile',
        campaign: 'spring',
        page: { referrer: 'https://search.example/?q=tea', language: 'de', source: 'news', content: 'top' },
      },
      { ...nothing, session_id: 'S1', path: '/tea', dwell_seconds: 86_400 },
      { ...nothing, session_id: 'S1', results: 0 },
      { ...nothing, session_id: 'S1', order_id: 'O1', rating: 2 },
      { ...nothing, session_id: 'S1', topic: 'late' },
      { ...nothing, session_id: null },
    ]);
  });

  test('pages looked at make nobody a robot, and push out nothing that was done', async () => {
    const pages = Array.from(
      { length: 650 },
      (_, index): EventElement => ({
        event_id: `page-${index}`,
        type: index % 2 ? 'page_view' : 'page_ping',
        visitor_id: 'V1',
        item_id: 'I1',
        occurred_at: '2026-06-01T10:00:30Z',
        dwell_seconds: 5,
      }),
    );
    const verdict = await intake.recording.recordEvents([view({ visitor_id: 'V1', item_id: 'I2' }), ...pages]);
    expect(verdict.counts).toMatchObject({ facts: 651, quarantined: 0 });
    const state = (await loadVisitorStates(intake.database, ['V1'])).get('V1')!;
    expect(behavioursIn(state).map(({ type }) => type)).toEqual(['view']);
  });

  test('the same id counts once, in a batch and ever', async () => {
    const event = view({ visitor_id: 'V1' });
    const verdict = await intake.recording.recordEvents([event, event, view({ visitor_id: 'V1' })]);
    expect(statuses(verdict)).toEqual(['accepted', 'merged', 'accepted']);
    const again = { ...event, visitor_id: 'V2', occurred_at: '2026-05-01T10:00:00Z' };
    expect(statuses(await intake.recording.recordEvents([again]))).toEqual(['merged']);
    expect(await countEvents()).toBe(2);
    expect(await readColumn(intake.database, 'select visitor_id from visitors')).toEqual(['V1']);
  });

  test('many senders of the same batch at once store it once', async () => {
    const batch = Array.from({ length: 200 }, (_, index) =>
      view({ customer_id: `C${index % 7}`, visitor_id: `V${index % 11}` }),
    );
    const verdicts = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => intake.instance(turn).recordEvents(turn % 2 ? batch : batch.toReversed())),
    );
    expect(verdicts.reduce((sum, { counts }) => sum + counts.facts, 0)).toBe(200);
    expect(await countEvents()).toBe(200);
    expect(await readNumber(intake.database, 'select count(distinct event_id) from events')).toBe(200);
  });

  test('an event of an unknown item waits for the catalogue, and nothing is made for it', async () => {
    const early = view({ item_id: 'I9', customer_id: 'C1' });
    const verdict = await intake.recording.recordEvents([early, view({ customer_id: 'C2' })]);
    expect(verdict.verdicts[0]).toEqual({
      index: 0,
      id: early.event_id,
      status: 'quarantined',
      faults: [{ rule: 'unknown_item', field: '/item_id', message: expect.any(String) }],
    });
    expect(await readColumn(intake.database, 'select customer_id from customers')).toEqual(['C2']);
    expect(await readColumn(intake.database, 'select customer_id from quarantine')).toEqual(['C1']);
    await intake.recording.upsertItems([{ item_id: 'I9' }]);
    expect(statuses(await intake.recording.recordEvents([early]))).toEqual(['accepted']);
  });

  test('a visitor that does more in a minute than a person can is refused', async () => {
    const rush = Array.from({ length: 601 }, () => view({ visitor_id: 'robot' }));
    const verdict = await intake.recording.recordEvents([...rush, view({ visitor_id: 'V1' })]);
    expect(verdict.counts).toEqual({ in: 602, facts: 1, quarantined: 601, merged: 0 });
    expect(verdict.verdicts[0].faults).toMatchObject([{ rule: 'robot', field: '/visitor_id' }]);
  });

  // Would see: a robot that sends its minute in small batches, or comes once more after it was found.
  test('a robot is one however its minute is cut into batches, and events sent again make none', async () => {
    const at = (second: number) => ({ occurred_at: `2026-06-01T10:00:${String(second).padStart(2, '0')}Z` });
    const rush = Array.from({ length: 600 }, (_, index) => view({ visitor_id: 'rush', ...at(index % 60) }));
    expect((await intake.recording.recordEvents(rush.slice(0, 300))).counts.facts).toBe(300);
    expect((await intake.recording.recordEvents(rush.slice(300))).counts.facts).toBe(300);
    // Sent again they are the same six hundred.
    expect((await intake.recording.recordEvents(rush)).counts).toMatchObject({ merged: 600, quarantined: 0 });
    const more = view({ visitor_id: 'rush', ...at(59) });
    expect((await intake.recording.recordEvents([more])).verdicts[0].faults).toMatchObject([{ rule: 'robot' }]);
    expect((await intake.recording.recordEvents([more])).counts.quarantined).toBe(1);
    const later = view({ visitor_id: 'rush', occurred_at: '2026-06-01T10:01:00Z' });
    const looks = view({ visitor_id: 'rush', type: 'impression', ...at(59) });
    expect(statuses(await intake.recording.recordEvents([later]))).toEqual(['accepted']);
    expect(statuses(await intake.recording.recordEvents([looks]))).toEqual(['accepted']);

    const whole = Array.from({ length: 700 }, (_, index) => view({ customer_id: 'rush', ...at(index % 60) }));
    expect((await intake.recording.recordEvents(whole)).counts.quarantined).toBe(700);
    const straggler = view({ customer_id: 'rush', ...at(30) });
    expect(statuses(await intake.recording.recordEvents([straggler]))).toEqual(['quarantined']);
  });

  test('customers whose behaviour it is are told, also those that are only linked', async () => {
    await intake.recording.recordEvents([view({ customer_id: 'C1', visitor_id: 'V1' })]);
    const key = await customerKey('C1');
    expect(intake.notices).toEqual([{ about: 'customers', keys: [key] }]);
    await intake.recording.recordEvents([view({ visitor_id: 'V1' }), view({ visitor_id: 'V2' })]);
    expect(intake.notices[1]).toEqual({ about: 'customers', keys: [key] });
    await intake.recording.recordEvents([view({ visitor_id: 'V2' })]);
    expect(intake.notices).toHaveLength(2);
  });
});

describe('identity', () => {
  const links = async () =>
    (
      await intake.database.query<{ visitor_id: string; customer_id: string; valid_from: Date; valid_until: Date }>(
        `select visitor_id, customer_id, valid_from, valid_until from identity_links join visitors using (visitor_key)
         join customers using (customer_key) order by visitor_id, valid_from`,
      )
    ).map((link) => [
      link.visitor_id,
      link.customer_id,
      link.valid_from.toISOString().slice(0, 10),
      Number(link.valid_until) === Number.POSITIVE_INFINITY ? null : link.valid_until.toISOString().slice(0, 10),
    ]);
  const seen = (customer_id: string, date: string) =>
    view({ customer_id, visitor_id: 'V1', occurred_at: `${date}T00:00:00Z` });

  test('an event with both ids links them, 30 days back, until another customer appears', async () => {
    await intake.recording.recordEvents([seen('C1', '2026-05-31')]);
    expect(await links()).toEqual([['V1', 'C1', '2026-05-01', null]]);
    await intake.recording.recordEvents([seen('C2', '2026-06-10'), seen('C2', '2026-06-11')]);
    expect(await links()).toEqual([
      ['V1', 'C1', '2026-05-01', '2026-06-10'],
      ['V1', 'C2', '2026-06-10', null],
    ]);
  });

  test('the links are the same in whatever order and batches the events come', async () => {
    const events = [
      seen('C1', '2026-03-01'),
      seen('C1', '2026-03-05'),
      seen('C2', '2026-03-03'),
      seen('C2', '2026-04-01'),
      seen('C3', '2026-02-01'),
      seen('C1', '2026-05-01'),
    ];
    const orders = [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
      [1, 5, 0, 3, 2, 4],
      [3, 0, 4, 1, 5, 2],
    ];
    const results: unknown[] = [];
    for (const size of [1, 2, 6]) {
      for (const order of orders) {
        await intake.clear();
        await intake.recording.upsertItems([{ item_id: 'I1' }]);
        for (let from = 0; from < order.length; from += size) {
          await intake.recording.recordEvents(order.slice(from, from + size).map((index) => events[index]));
        }
        results.push(await links());
      }
    }
    expect(results[0]).toEqual([
      ['V1', 'C3', '2026-01-02', '2026-03-01'],
      ['V1', 'C1', '2026-03-01', '2026-03-03'],
      ['V1', 'C2', '2026-03-03', '2026-03-05'],
      ['V1', 'C1', '2026-03-05', '2026-04-01'],
      ['V1', 'C2', '2026-04-01', '2026-05-01'],
      ['V1', 'C1', '2026-05-01', null],
    ]);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test('a link outlives the events that made it', async () => {
    await intake.recording.recordEvents([seen('C1', '2026-03-01')]);
    await intake.database.query('delete from events');
    await intake.recording.recordEvents([seen('C2', '2026-04-01')]);
    expect(await links()).toEqual([
      ['V1', 'C1', '2026-01-30', '2026-04-01'],
      ['V1', 'C2', '2026-04-01', null],
    ]);
  });

  test('many customers who appear on one visitor at once follow each other', async () => {
    for (let round = 0; round < 5; round++) {
      await intake.clear();
      await intake.recording.upsertItems([{ item_id: 'I1' }]);
      await intake.recording.recordEvents([view({ visitor_id: 'V1' })]);
      await Promise.all(
        Array.from({ length: 9 }, (_, day) => intake.instance(day).recordEvents([seen(`C${day}`, `2026-06-1${day}`)])),
      );
      expect(await links()).toEqual(
        Array.from({ length: 9 }, (_, day) => [
          'V1',
          `C${day}`,
          day === 0 ? '2026-05-11' : `2026-06-1${day}`,
          day === 8 ? null : `2026-06-1${day + 1}`,
        ]),
      );
    }
  });
});

describe('partitions', () => {
  test('are made as they are needed, by many at once', async () => {
    const months = ['2025-11', '2025-12', '2026-01', '2026-02', '2015-03'];
    await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        intake
          .instance(turn)
          .recordEvents(months.map((month) => view({ visitor_id: `V${turn}`, occurred_at: `${month}-15T00:00:00Z` }))),
      ),
    );
    expect(await countEvents()).toBe(50);
    const tables = await readColumn<string>(
      intake.database,
      `select distinct tableoid::regclass::text from events order by 1`,
    );
    expect(tables).toEqual(['events_2015', 'events_2025_11', 'events_2025_12', 'events_2026_01', 'events_2026_02']);
  });

  test('a new one waits for neither readers nor writers', async () => {
    await intake.recording.recordEvents([view({ visitor_id: 'V1' })]);
    await intake.database.transaction(async (tx) => {
      await tx.query('select count(*) from events');
      await tx.query(`update events set name = 'held'`);
      await intake.recording.recordEvents([view({ visitor_id: 'V1', occurred_at: '2024-01-01T00:00:00Z' })]);
      expect(await tx.query('select event_id from events')).toHaveLength(2);
    });
  });

  test('one that was dropped by another instance is made again', async () => {
    const event = () => view({ visitor_id: 'V1', occurred_at: '2023-05-05T00:00:00Z' });
    await intake.recording.recordEvents([event()]);
    await intake.database.query('alter table events detach partition events_2023_05');
    await intake.database.query('drop table events_2023_05');
    expect((await intake.recording.recordEvents([event()])).counts.facts).toBe(1);
  });

  const receivedLongAgo = () => intake.database.query(`update events set received_at = '2013-01-01'`);

  test('old events expire with their ids, by whole partitions', async () => {
    const dates = ['2014-06-01', '2022-01-31', '2022-02-01', '2022-03-01'];
    await intake.recording.recordEvents(
      dates.map((date) => view({ visitor_id: 'V1', occurred_at: `${date}T00:00:00Z` })),
    );
    await receivedLongAgo();
    const expired = await expireEvents(intake.database, new Date('2022-02-28T12:00:00Z'));
    expect(expired).toEqual(expect.arrayContaining(['events_2014', 'events_2022_01']));
    expect(expired).not.toContain('events_2022_02');
    expect(await readColumn(intake.database, 'select occurred_at::date::text from event_keys order by 1')).toEqual(
      dates.slice(2),
    );
    expect(await countEvents()).toBe(2);
  });

  // Would see: ids forgotten before their events, which then count twice when they are sent again.
  test('a history that was imported lately stays, and its events are known still', async () => {
    const history = [view({ visitor_id: 'V1', occurred_at: '2016-01-01T00:00:00Z' })];
    await intake.recording.recordEvents(history);
    expect(await expireEvents(intake.database, new Date('2022-01-01T00:00:00Z'))).not.toContain('events_2016');
    expect((await intake.recording.recordEvents(history)).counts).toMatchObject({ facts: 0, merged: 1 });
    expect(await countEvents()).toBe(1);
  });

  test('one that a reader holds is left for the next time', async () => {
    await intake.recording.recordEvents([view({ visitor_id: 'V1', occurred_at: '2021-01-01T00:00:00Z' })]);
    await receivedLongAgo();
    await intake.database.transaction(async (tx) => {
      await tx.query('select count(*) from events');
      expect(await expireEvents(intake.database, new Date('2021-02-01T00:00:00Z'))).not.toContain('events_2021_01');
    });
    expect(await expireEvents(intake.database, new Date('2021-02-01T00:00:00Z'))).toContain('events_2021_01');
    expect(await countEvents()).toBe(0);
  });

  const tablesOfEvents = () =>
    readColumn(
      intake.database,
      `select relname || case when inhrelid is null then ' apart' when inhdetachpending then ' half apart' else '' end
       from pg_class left join pg_inherits on inhrelid = oid where relname ~ '^events_2018' and relkind = 'r' order by 1`,
    );
  /** As if the process had been killed between detaching and dropping. */
  const leave2018 = async () => {
    await intake.recording.recordEvents([view({ visitor_id: 'V1', occurred_at: '2018-05-05T00:00:00Z' })]);
    await receivedLongAgo();
    await intake.database.session((session) =>
      session.query('alter table events detach partition events_2018 concurrently'),
    );
    expect(await tablesOfEvents()).toEqual(['events_2018 apart']);
  };

  // Would see: a table that nobody drops any more, or one that is taken for a partition and takes no events.
  test('one that was detached and not dropped goes with the next round, or is made anew when events come', async () => {
    await leave2018();
    expect(await expireEvents(intake.database, new Date('2000-01-01T00:00:00Z'))).toContain('events_2018');
    expect(await tablesOfEvents()).toEqual([]);
    await leave2018();
    await intake.anew().recordEvents([view({ visitor_id: 'V1', occurred_at: '2018-06-06T00:00:00Z' })]);
    expect(await tablesOfEvents()).toEqual(['events_2018']);
    expect(await countEvents()).toBe(1);
  });

  test('one whose detaching was broken off half way takes events again', async () => {
    await intake.recording.recordEvents([view({ visitor_id: 'V1', occurred_at: '2018-05-05T00:00:00Z' })]);
    await intake.database.transaction(async (tx) => {
      await tx.query('select count(*) from events');
      const broken = intake.database.session(async (session) => {
        await session.query(`set statement_timeout = '300ms'`);
        try {
          await session.query('alter table events detach partition events_2018 concurrently');
        } finally {
          await session.query('reset statement_timeout');
        }
      });
      await expect(broken).rejects.toThrow();
    });
    expect(await tablesOfEvents()).toEqual(['events_2018 half apart']);
    await intake.anew().recordEvents([view({ visitor_id: 'V1', occurred_at: '2018-06-06T00:00:00Z' })]);
    expect(await tablesOfEvents()).toEqual(['events_2018']);
  });

  // Would see: events that no figure ever counts and the next round drops, taken as if they were facts.
  test('of a time that was dropped nothing is taken, unless the retention reaches it by now', async () => {
    const old = (event_id: string, occurred_at: string) => view({ event_id, visitor_id: 'V1', occurred_at });
    await intake.recording.recordEvents([old('x1', '2023-03-05T00:00:00Z')]);
    await receivedLongAgo();
    expect(await expireEvents(intake.database, new Date('2023-04-02T00:00:00Z'))).toContain('events_2023_03');
    const { counts, verdicts } = await intake.recording.recordEvents([
      old('x2', '2023-03-06T00:00:00Z'),
      old('x3', '2023-02-28T23:59:59Z'),
      old('x4', '1989-12-31T23:59:59Z'),
    ]);
    expect(counts).toMatchObject({ facts: 1, quarantined: 2 });
    expect(
      verdicts.flatMap(({ faults = [] }: any) => faults.map(({ rule, field }: any) => `${rule} ${field}`)),
    ).toEqual(['event_expired /occurred_at', 'impossible_value /occurred_at']);
    const longer = intake.anew({ eventRetentionDays: 3_650 });
    expect((await longer.recordEvents([old('x5', '2023-03-06T00:00:00Z')])).counts.facts).toBe(1);
  });

  test('are asked for once', async () => {
    let asked = 0;
    const transaction: Database['transaction'] = (work) => {
      asked++;
      return intake.database.transaction(work);
    };
    const partitions = createEventPartitions({ ...intake.database, transaction });
    const moments = [Date.parse('2026-06-01T00:00:00Z'), Date.parse('2026-05-01T00:00:00Z')];
    await partitions.prepare(moments);
    await partitions.prepare(moments);
    expect(asked).toBe(1);
  });
});
