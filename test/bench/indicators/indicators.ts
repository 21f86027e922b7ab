import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '../../../src/config.ts';
import { definitions, dimensionsOf, families, grainsOf, isInAll } from '../../../src/indicators/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { createStations } from '../../../src/stations.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { secondsWithDatabase } from '../process-usage.ts';
import { fillShop } from './fill-shop.ts';

/**
 * Indicators of a shop with a year of facts: a year by day of each, what roll-ups cost beside intake, and restating late facts.
 *
 *     npm run bench:indicators -- [orders events days folder]      (1,000,000 5,000,000 365; a folder that stays keeps the shop)
 *
 * With fewer days only the last ones are counted, which is enough for what late facts of them cost. A tenth of the shop takes four minutes of
 * processors in all, the whole one about half an hour.
 */
const [orders = '1000000', events = '5000000', countedDays = '365', givenFolder = ''] = process.argv.slice(2);
const size = {
  orders: Number(orders),
  events: Number(events),
  customers: Math.max(1_000, Number(orders) / 10),
  items: 5_000,
  last: '2026-11-27',
  timeZone: 'Europe/Berlin',
};
const folder = givenFolder || (await makeScratchFolder('indicators'));
const config = readConfig({ PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off', PANNIER_TIME_ZONE: size.timeZone });
const log = createLogger('warn');
const opened = await openConfiguredDatabase(config, log);
const { database: db } = opened;
const end = new Date(`${size.last}T23:00:00+01:00`);
const { indicators, handlers, intake } = createStations({ ...opened, log, clock: () => end });
const say = (name: string, figure: string) => console.log(`${name.padEnd(64)} ${figure}`);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

interface Cost {
  seconds: number;
  /** seconds that processors worked, whatever else the machine does */
  processors: number;
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const before = secondsWithDatabase(folder);
  const ms = await timed(work);
  return { seconds: ms / 1_000, processors: secondsWithDatabase(folder) - before };
}

const asText = ({ seconds, processors }: Cost) => `${seconds.toFixed(2)} s, of processors ${processors.toFixed(2)} s`;

const rollUpAll = () => indicators.rollUp({ atOnce: true });

async function prepare(): Promise<void> {
  const [{ count }] = await db.query<{ count: number }>('select count(*)::int as count from items');
  if (count === 0) say('filled', seconds(await timed(() => fillShop(db, size))));
  else await removeSent();
  await countLastDays(Number(countedDays));
  let days = 0;
  const took = await cost(async () => {
    days = await rollUpAll();
  });
  await db.query('vacuum analyze indicator_cells');
  say(`${countedDays} days counted, ${days} days of families`, asText(took));
}

/** What an earlier run sent to the shop of a folder that stays. */
async function removeSent(): Promise<void> {
  const isSent = (column: string) => `${column} like 'bench-%'`;
  await db.query(
    `delete from order_lines using orders where orders.order_key = order_lines.order_key and ${isSent('order_id')}`,
  );
  await db.query(`delete from orders where ${isSent('order_id')}`);
  await db.query(`delete from events where ${isSent('event_id')}`);
  await db.query(`delete from event_keys where ${isSent('event_id')}`);
  for (const table of ['events', 'event_keys', 'orders', 'order_lines']) await db.query(`vacuum analyze ${table}`);
}

/** The days before are taken as counted already. */
async function countLastDays(days: number): Promise<void> {
  await db.query('truncate touched_days, touched_items, roll_ups, roll_up_families, roll_up_facts');
  await db.query('insert into roll_up_families (family, version) select * from unnest($1::text[], $2::int[])', [
    families.map(({ name }) => name),
    families.map(({ version }) => version),
  ]);
  await db.query(
    `insert into roll_ups (family, day, due_at) select family, $2::date - n, now()
     from unnest($1::text[]) as family, generate_series(0, $3::int - 1) as n`,
    [families.map(({ name }) => name), size.last, days],
  );
}

/** Each indicator's year by day, several times, as the handler answers it. */
async function askYears(rounds: number): Promise<void> {
  const all: number[] = [];
  let slowest = { id: '', ms: 0 };
  const asked = definitions.filter((one) => isInAll(one) && grainsOf(one).includes('day'));
  for (const { id } of asked) {
    const parameters = { indicator_id: id, from: '2025-11-28', to: size.last, grain: 'day' as const, limit: 100 };
    for (let round = 0; round < rounds; round++) {
      const ms = await timed(async () => {
        const call = { parameters, mediaType: 'application/json' } as Parameters<typeof handlers.getIndicatorValues>[0];
        const reply = await handlers.getIndicatorValues(call);
        JSON.stringify('json' in reply ? reply.json : null);
      });
      all.push(ms);
      if (ms > slowest.ms) slowest = { id, ms };
    }
  }
  all.sort((one, other) => one - other);
  const at = (share: number) => `${all[Math.floor(share * (all.length - 1))].toFixed(0)} ms`;
  say(
    `a year by day of each of ${asked.length} indicators`,
    `p50 ${at(0.5)}, p95 ${at(0.95)}, most ${slowest.ms.toFixed(0)} ms (${slowest.id})`,
  );
  const byCategory = asked.filter((definition) => dimensionsOf(definition).includes('category')).slice(0, 3);
  for (const { id } of byCategory) {
    const question = { indicatorIds: [id], from: '2025-11-28', to: size.last, by: 'category' as const, limit: 100 };
    say(
      `a year by day and category: ${id}`,
      seconds(await timed(() => indicators.values({ ...question, grain: 'day' }))),
    );
  }
}

let told = Date.now();
const who = (n: number) => 1 + ((n * 7_919) % (2 * size.customers));
const event = (n: number, at: Date) => ({
  event_id: `bench-${told++}`,
  type: (['view', 'page_view', 'cart_add', 'view', 'page_view'] as const)[n % 5],
  visitor_id: `v${who(n)}`,
  ...(n % 5 !== 1 && n % 5 !== 4 && { item_id: `i${1 + (n % size.items)}` }),
  occurred_at: at.toISOString(),
});
const order = (n: number, at: Date) => ({
  order_id: `bench-${told++}`,
  customer_id: `c${1 + (n % size.customers)}`,
  occurred_at: at.toISOString(),
  lines: [{ item_id: `i${1 + (n % size.items)}`, quantity: 1, unit_price: '19.99' }],
});

/** Events of now, as a storefront sends them, in batches of 100. */
async function send(count: number): Promise<number> {
  return timed(async () => {
    for (let n = 0; n < count; n += 100) {
      const batch = Array.from({ length: 100 }, (_, place) =>
        event(told + n + place, new Date(end.getTime() - 60_000)),
      );
      const { counts } = await intake.recordEvents(batch);
      if (counts.facts !== 100) throw new Error(`of 100 events ${counts.facts} were taken`);
    }
  });
}

/** Intake alone and with roll-ups beside it, in turn. */
async function besideIntake(count: number, rounds: number): Promise<void> {
  await send(2_000);
  await rollUpAll();
  const [alone, beside]: [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await cost(() => send(count)));
    let isOver = false;
    beside.push(
      await cost(async () => {
        const rolling = (async () => {
          while (!isOver) {
            await indicators.rollUp();
            await delay(2_000);
          }
        })();
        await send(count);
        isOver = true;
        await rolling;
      }),
    );
    await rollUpAll();
  }
  const us = (cost: Cost) =>
    `${((cost.seconds * 1e6) / count).toFixed(0)} µs, of processors ${((cost.processors * 1e6) / count).toFixed(0)} µs`;
  const sum = (costs: readonly Cost[]) => ({
    seconds: costs.reduce((sum, { seconds }) => sum + seconds, 0) / rounds,
    processors: costs.reduce((sum, { processors }) => sum + processors, 0) / rounds,
  });
  const share = ((sum(beside).processors / sum(alone).processors - 1) * 100).toFixed(1);
  say('intake of an event, alone', us(sum(alone)));
  say('intake of an event, while roll-ups go on', `${us(sum(beside))} (${share} % more work)`);
}

/** @param days so many back the facts lie */
async function restate(facts: number, days: number): Promise<void> {
  const at = (n: number) => new Date(end.getTime() - (1 + ((n * 37) % (days * 24 - 2))) * 3_600_000);
  await intake.recordEvents(Array.from({ length: facts * 0.8 }, (_, n) => event(n, at(n))));
  await intake.recordOrders(Array.from({ length: facts * 0.2 }, (_, n) => order(n, at(n * 3))));
  let counted = 0;
  const took = await cost(async () => {
    counted = await rollUpAll();
  });
  say(`${facts} late facts of the last ${days} days restated`, `${asText(took)}, ${counted} days of families`);
}

try {
  await prepare();
  await askYears(3);
  await restate(500, 1);
  await restate(500, 30);
  await besideIntake(100_000, 2);
} finally {
  await opened.close();
}
