import { Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { actingAs } from '../../../src/db/index.ts';
import type { EventElement } from '../../../src/intake/request-elements.ts';
import { createKey } from '../../../src/keys/index.ts';
import { atThisLoad } from '../../support/jest/machine.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { type ServeProcess, startServeProcess } from '../../support/service/serve-process.ts';
import { createTestIntake, readColumn, readNumber, type TestIntake } from '../../support/shops/intake.ts';
import { until } from '../../support/shops/training-shop.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
beforeEach(async () => {
  await intake.clear();
  await intake.recording.upsertItems([{ item_id: 'I1' }]);
});
afterAll(() => intake.drop());

const view = (event_id: string, parts: Partial<EventElement> = {}): EventElement => ({
  event_id,
  type: 'view',
  item_id: 'I1',
  visitor_id: 'V1',
  occurred_at: '2026-06-01T10:00:00Z',
  ...parts,
});
const record = (...events: EventElement[]) => intake.recording.recordEvents(events);
/** Each event is a row that its transaction wrote. */
const countTransactions = () => readNumber(intake.database, 'select count(distinct xmin::text) from events');
const stored = () => readColumn<string>(intake.database, 'select event_id from events order by event_id');

usually.describe('small writes that come at once', () => {
  // Would see: a transaction a call, or verdicts that are told to another caller, or with their place in the shared batch.
  test('share transactions, and each caller hears of its own elements', async () => {
    const calls = Array.from({ length: 40 }, (_, n) => record(view(`E${n}`), view(`E${n}-`, { visitor_id: `V${n}` })));
    const answers = await Promise.all(calls);
    expect(answers.map(({ verdicts }) => verdicts.map(({ index, id, status }) => [index, id, status]))).toEqual(
      Array.from({ length: 40 }, (_, n) => [
        [0, `E${n}`, 'accepted'],
        [1, `E${n}-`, 'accepted'],
      ]),
    );
    expect(answers[7].counts).toEqual({ in: 2, facts: 2, quarantined: 0, merged: 0 });
    expect(await countTransactions()).toBe(1);
    expect(await stored()).toHaveLength(80);
  });

  test('are judged in the order in which they came: what one has, the next one repeats', async () => {
    const malformed = new Map([[0, [{ field: '/type', message: 'must be given' }]]]);
    const [first, again, unknown, unreadable] = await Promise.all([
      record(view('E1')),
      record(view('E2'), view('E1')),
      record(view('E3', { item_id: 'nobody knows it' })),
      intake.recording.recordEvents([view('E4'), view('E5')], malformed),
    ]);
    const told = [first, again, unknown, unreadable].map(({ verdicts }) =>
      verdicts.map(({ id, status }) => [id, status]),
    );
    expect(told).toEqual([
      [['E1', 'accepted']],
      [
        ['E2', 'accepted'],
        ['E1', 'merged'],
      ],
      [['E3', 'quarantined']],
      [
        ['E4', 'quarantined'],
        ['E5', 'accepted'],
      ],
    ]);
    expect(unreadable.verdicts[0]).toMatchObject({ index: 0, faults: [{ rule: 'unreadable', field: '/type' }] });
    expect(unknown.verdicts[0].faults).toMatchObject([{ rule: 'unknown_item' }]);
    expect(await stored()).toEqual(['E1', 'E2', 'E5']);
  });

  test('of orders, refunds and customers as well', async () => {
    const at = '2026-06-01T10:00:00Z';
    const lines = [{ item_id: 'I1', quantity: 1, unit_price: '2.00' }];
    const { recording } = intake;
    const orders = ['O1', 'O2', 'O1'].map((order_id) => recording.recordOrders([{ order_id, occurred_at: at, lines }]));
    expect((await Promise.all(orders)).map(({ verdicts: [one] }) => one.status)).toEqual([
      'accepted',
      'accepted',
      'merged',
    ]);
    const refunds = ['O1', 'O1', 'O2'].map((order_id, n) =>
      recording.recordRefunds([
        { refund_id: `R${n}`, order_id, occurred_at: at, lines: [{ item_id: 'I1', quantity: 1 }] },
      ]),
    );
    // The second one gives back what the first has given back already.
    expect((await Promise.all(refunds)).map(({ verdicts: [one] }) => one.status)).toEqual([
      'accepted',
      'quarantined',
      'accepted',
    ]);
    const customers = ['DE', 'FR'].map((country) =>
      recording.upsertCustomers([{ customer_id: 'C1', attributes: { country } }]),
    );
    await Promise.all(customers);
    expect(await readColumn(intake.database, 'select attributes from customers')).toEqual([{ country: 'FR' }]);
  });

  test('whoever the audit has to name goes by themselves, and more than fit into a transaction wait for the next', async () => {
    const many = Array.from({ length: 999 }, (_, n) => view(`M${n}`, { visitor_id: `V${n % 50}` }));
    const named = actingAs({ kind: 'command', name: 'import' }, () => record(view('named')));
    await Promise.all([record(view('E1')), record(view('E2')), named, record(...many), record(view('E3'))]);
    const ofOne = await readColumn(
      intake.database,
      `select string_agg(event_id, ' ' order by event_id) filter (where event_id not like 'M%' or event_id = 'M1')
       from events group by xmin::text order by 1`,
    );
    expect(ofOne).toEqual(['E1 E2', 'E3 M1', 'named']);
  });

  // Would see: transactions as long as all that waits, however many lines its orders have.
  test('fill a transaction by the lines of their orders', async () => {
    const lines = Array.from({ length: 600 }, () => ({ item_id: 'I1', quantity: 1, unit_price: '2.00' }));
    const order = (order_id: string) => ({ order_id, occurred_at: '2026-06-01T10:00:00Z', lines });
    await Promise.all(['O1', 'O2'].map((id) => intake.recording.recordOrders([order(id)])));
    expect(await readNumber(intake.database, 'select count(distinct xmin::text) from orders')).toBe(2);
  });
});

usually.describe('one whose write fails', () => {
  const settled = async (calls: Promise<{ verdicts: { status: string }[] }>[]) =>
    (await Promise.allSettled(calls)).map((one) =>
      one.status === 'fulfilled' ? one.value.verdicts[0].status : (one.reason.code as string),
    );

  test('for a value that the database refuses fails alone', async () => {
    const poison = view('E2', { session_id: 'no text has a NUL: \0' });
    expect(await settled([record(view('E1')), record(poison), record(view('E3'))])).toEqual([
      'accepted',
      'invalid_request',
      'accepted',
    ]);
    expect(await stored()).toEqual(['E1', 'E3']);
  });

  test('for a unique key fails alone', async () => {
    await intake.database.query('create table taken (session_id text constraint taken_pkey primary key)');
    await intake.database.query(`insert into taken values ('taken')`);
    await intake.database.query(
      `create function take() returns trigger language plpgsql as
       $$ begin insert into taken values (coalesce(new.session_id, new.event_id)); return new; end $$`,
    );
    await intake.database.query('create trigger take before insert on events for each row execute function take()');
    try {
      expect(
        await settled([record(view('E1')), record(view('E2', { session_id: 'taken' })), record(view('E3'))]),
      ).toEqual(['accepted', '23505', 'accepted']);
    } finally {
      await intake.database.query('drop trigger take on events');
    }
    expect(await stored()).toEqual(['E1', 'E3']);
  });

  test('because another instance was quicker with one of its events is done again', async () => {
    const ids = Array.from({ length: 20 }, (_, n) => `E${n}`);
    const writers = Array.from({ length: 6 }, (_, writer) =>
      intake.instance(writer).recordEvents((writer % 2 ? ids : ids.toReversed()).map((id) => view(id))),
    );
    const answers = await Promise.all(writers);
    expect(answers.reduce((sum, { counts }) => sum + counts.facts, 0)).toBe(20);
    expect(await stored()).toHaveLength(20);
  });

  // Would see: everybody behind somebody who waits for an import, for as long as that one waits.
  test('or has to wait for a lock holds up nobody who came with it', async () => {
    await record(view('before'));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holding = intake.database.transaction(async (tx) => {
      await tx.query(`insert into event_keys (event_id, occurred_at) values ('held', now())`);
      await held;
    });
    await sleep(20);
    let isAnswered = false;
    const waits = record(view('held')).then((answer) => {
      isAnswered = true;
      return answer;
    });
    const asked = performance.now();
    const others = await Promise.all([record(view('E1')), record(view('E2'))]);
    expect(performance.now() - asked).toBeLessThan(atThisLoad(2_500));
    expect(others.map(({ verdicts: [one] }) => one.status)).toEqual(['accepted', 'accepted']);
    expect(isAnswered).toBe(false);
    release();
    await holding;
    expect((await waits).verdicts[0].status).toBe('merged');
  });
});

thoroughly.describe('a service to which many write', () => {
  interface Answer {
    id: string;
    status: string;
  }
  let serving: ServeProcess;
  let token: string;
  let agent: Agent;
  beforeAll(async () => {
    ({ token } = await createKey(intake.database, 'storefront', ['ingest']));
    serving = await startServeProcess(intake.connectionString);
    agent = new Agent({ keepAlive: true, maxSockets: 32 });
  });
  beforeEach(() => serving.start());
  afterAll(async () => {
    agent.destroy();
    await serving.kill();
  });

  function send(event: EventElement) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const request = httpRequest(`${serving.url}/v1/events`, { method: 'POST', headers, agent });
    request.end(JSON.stringify({ events: [event] }));
    return request;
  }

  /** undefined: nobody answered, or it was to be sent again. */
  function answerTo(request: ClientRequest): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      request.once('error', () => resolve(undefined));
      request.once('response', async (response) => {
        let text = '';
        try {
          for await (const chunk of response) text += chunk;
          resolve(response.statusCode === 503 ? undefined : JSON.parse(text).verdicts[0]);
        } catch {
          resolve(undefined);
        }
      });
    });
  }

  /** Many write until `isOver`, one event after the other. @returns what they sent, and what was answered to be stored */
  async function writeMuch(isOver: (answered: number) => boolean) {
    const sent: EventElement[] = [];
    const answered = new Set<string>();
    const write = async (writer: number) => {
      for (let n = 0; n < 500 && !isOver(answered.size); n++) {
        const event = view(`W${writer}-${n}`, {
          visitor_id: `V${writer}`,
          ...(n % 2 && { customer_id: `C${writer}` }),
        });
        sent.push(event);
        const answer = await answerTo(send(event));
        if (answer?.status === 'accepted') answered.add(answer.id);
        else await sleep(20);
      }
    };
    await Promise.all(Array.from({ length: 32 }, (_, writer) => write(writer)));
    return { sent, answered };
  }

  async function expectEachOnce({ sent, answered }: Awaited<ReturnType<typeof writeMuch>>) {
    const kept = new Set(await stored());
    expect([...answered].filter((id) => !kept.has(id))).toEqual([]);
    expect(await countTransactions()).toBeLessThan(kept.size / 2);
    await Promise.all(sent.map((event) => record(event)));
    expect(await stored()).toEqual(sent.map(({ event_id }) => event_id).sort());
    expect(await readNumber(intake.database, 'select count(*) from event_keys')).toBe(sent.length);
  }

  // Would see: an answer before its commit, and an event that is counted twice when it is sent again.
  test('and that is killed has lost nothing that it answered, and what is sent again counts once', async () => {
    let killed: Promise<void> | undefined;
    const written = await writeMuch((answered) => {
      if (answered > 300) killed ??= serving.kill();
      return killed !== undefined;
    });
    await killed;
    await expectEachOnce(written);
  });

  // Would see: the half of a batch, an answer that was none, and connections that are of no use any more.
  test('and whose database goes away twice has lost nothing either, and goes on by itself', async () => {
    let times = 0;
    let breaking: Promise<unknown> = Promise.resolve();
    const written = await writeMuch((answered) => {
      if (answered > 60 * (times + 1) && times < 2) {
        times++;
        breaking = intake.database.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
      }
      return answered > 200;
    });
    await breaking;
    expect(times).toBe(2);
    await expectEachOnce(written);
  });

  // Would see: somebody who goes away and takes with them who came at the same time.
  test('is left by one of them: what that one sent is kept, and all others are answered', async () => {
    await answerTo(send(view('first')));
    let [lock, release] = [() => {}, () => {}];
    const locked = new Promise<void>((resolve) => {
      lock = resolve;
    });
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holding = intake.database.transaction(async (tx) => {
      await tx.query('lock table event_keys in exclusive mode');
      lock();
      await held;
    });
    await locked;
    const waiting = ['E1', 'E2', 'E3', 'E4', 'E5'].map((id) => send(view(id)));
    const gone = waiting[3];
    const answers = waiting.filter((one) => one !== gone).map(answerTo);
    gone.once('error', () => {});
    await until(async () => (await readNumber(intake.database, waitingForKeys)) > 0);
    gone.destroy();
    release();
    await holding;
    expect((await Promise.all(answers)).map((answer) => answer && [answer.id, answer.status])).toEqual(
      ['E1', 'E2', 'E3', 'E5'].map((id) => [id, 'accepted']),
    );
    await until(async () => (await stored()).length === 6);
  });
});

const waitingForKeys = `select count(*) from pg_locks where not granted and relation = 'event_keys'::regclass`;
