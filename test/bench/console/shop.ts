import { readConfig } from '../../../src/config.ts';
import type { Database } from '../../../src/db/index.ts';
import { families } from '../../../src/indicators/index.ts';
import { renewNewestBehaviours } from '../../../src/intake/newest-behaviours/renew.ts';
import { createKey } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { createStations, type Stations } from '../../../src/stations.ts';
import { kinds, listVersions, readPublishedRelease } from '../../../src/versions/index.ts';
import { makePartitions } from '../serving/serving-shop.ts';

/** As large as the console has to stand: what the night learns of it are at least `rules` rules. */
export const shopSize = { items: 20_000, customers: 100_000, orders: 300_000, events: 1_000_000, rules: 10_000 };

const themes = 5_000;
const orderDays = 180;
/** how far back events lie, and how many days of indicators are counted */
const eventDays = 60;
const hourMs = 3_600_000;

export const settingsOf = (folder: string) => ({
  PANNIER_DATA_DIR: folder,
  PANNIER_NIGHT: 'off',
  PANNIER_LOG_LEVEL: 'warn',
});

/**
 * Fills the folder's database with a shop that was kept for half a year and has learnt twice, unless an earlier run did.
 * @returns a key that may see all of it
 */
export async function makeShop(folder: string, say: (step: string) => void): Promise<string> {
  const log = createLogger('warn');
  const opened = await openConfiguredDatabase(readConfig(settingsOf(folder)), log);
  const trainerEntry = new URL('../../../src/training/engines/local/trainer.js', import.meta.url);
  const stations = createStations({ ...opened, log, trainerEntry });
  const { database: db } = opened;
  const step = async (name: string, isDone: string, work: () => Promise<unknown>) => {
    const [{ done }] = await db.query<{ done: boolean }>(`select ${isDone} as done`);
    if (done) return;
    const started = performance.now();
    await work();
    say(`${name}: ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  };
  try {
    await step('facts', 'exists (select from order_lines)', () => fillFacts(db));
    await step('groups of a month ago', 'exists (select from training_runs)', () => groupBefore(stations));
    await step('a night', `exists (select from model_versions where kind = 'association-rules')`, () =>
      learn(stations),
    );
    await step('publication', 'false', () => publishAll(db, stations));
    await step('indicators', 'exists (select from indicator_cells)', () => countDays(db, stations));
    await step('forecasts', 'exists (select from demand_forecasts)', () => stations.indicators.nights.workNow());
    await step('segments and campaigns', 'exists (select from campaigns)', () => plan(stations));
    // A service that has been up for an hour has made them: it would make them beside what is measured.
    await step('newest behaviours', 'false', () => renewNewestBehaviours(db));
    await step('statistics', 'false', () => db.query('analyze'));
    const [{ rules }] = await db.query<{ rules: number }>('select count(*)::int as rules from association_rules');
    if (rules < shopSize.rules) throw new Error(`only ${rules} rules were learnt`);
    say(`${rules} rules`);
    return (await createKey(db, 'bench', ['admin'])).token;
  } finally {
    await stations.training.stop();
    await stations.recommendations.stop();
    await opened.close();
  }
}

/**
 * Orders of four lines: three of a theme of four items that belong together, so that rules are found, and one of anything. Of
 * both, few are asked for often and most seldom: the best seller is in about every tenth order.
 */
async function fillFacts(db: Database): Promise<void> {
  const { items, customers, orders, events } = shopSize;
  await db.query('select setseed(0.5)');
  await db.query(
    `insert into items (item_id, title, category, brand, price, cost, stock)
     select 'I' || lpad(n::text, 5, '0'),
            (array['Ground coffee', 'Käse am Stück', '绿茶', 'Kitchen towels', 'LED lamp', 'Tea kettle'])[1 + n % 6] || ' No. ' || n,
            'Department ' || n % 10 || ' > Shelf ' || n % 100, 'Brand ' || n % 50, (n % 5000 + 99) / 100.0, (n % 3000 + 40) / 100.0, n % 200
     from generate_series(1, $1::int) n`,
    [items],
  );
  await db.query(
    `insert into customers (customer_id) select 'C' || lpad(n::text, 6, '0') from generate_series(1, $1::int) n`,
    [customers],
  );
  await makePartitions(db);
  for (let month = -3; month <= 0; month++) {
    await db.query(
      `do $$ declare start date := (date_trunc('month', now()) + interval '${month} months')::date; begin
         execute format('create table if not exists events_%s partition of events for values from (%L) to (%L)',
           to_char(start, 'YYYY_MM'), start || ' 00:00Z', (start + interval '1 month')::date || ' 00:00Z'); end $$`,
    );
  }
  await db.query(
    `insert into events (event_id, type, customer_key, item_key, occurred_at, device, list_position)
     select 'e' || n, (array['view', 'view', 'click', 'impression', 'cart_add', 'page_view', 'favourite'])[1 + n % 7]::event_type,
            1 + floor($2 * power(random(), 2))::int, 1 + floor($3 * power(random(), 3))::int,
            now() - make_interval(secs => 86400.0 * ${eventDays} * (1 - n::float8 / $1)), (array['mobile', 'desktop'])[1 + n % 2], null
     from generate_series(1, $1::int) n`,
    [events, customers, items],
  );
  await db.query(
    `insert into orders (order_id, customer_key, occurred_at, total_minor, content_hash, channel)
     select 'o' || n, 1 + floor($2 * power(random(), 2))::int, now() - make_interval(secs => 86400.0 * ${orderDays} * (1 - n::float8 / $1)),
            1000, '', (array['web', 'app', 'store'])[1 + n % 3]
     from generate_series(1, $1::int) n`,
    [orders, customers],
  );
  await db.query(
    `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor, unit_cost)
     select order_key, line,
            case when line = 4 then 1 + floor($1 * power(random(), 4))::int
                 else 1 + 4 * theme + floor(4 * random())::int end, 1, 2.50, 250, 1.10
     from (select order_key, floor(${themes} * power(random(), 2))::int as theme from orders) as themed,
          generate_series(1, 4) as line`,
    [items],
  );
  await db.query('analyze');
}

async function groupBefore({ training }: Stations): Promise<void> {
  const asOf = new Date(Date.now() - 30 * 24 * hourMs);
  await finish(training, { models: ['segmentation'], asOf, recipes: { segmentation: { clusters: 4, restarts: 5 } } });
}

/** A night as it is, but that it does not search for the best of all settings, which takes ten minutes. */
async function learn({ training }: Stations): Promise<void> {
  const methods = { 'tifu-knn': { weight: 0 }, ials: { weight: 0 }, ease: { weight: 0 } };
  await finish(training, {
    reason: 'night',
    recipes: {
      segmentation: { clusters: 4, restarts: 5 },
      'association-rules': { minimumSupport: 0.00004, minimumConfidence: 0.1, maximumLength: 2 },
      'collaborative-filtering': { methods, tuning: { trials: 1, methods: ['rp3beta'], windows: 1, workSeconds: 30 } },
    },
  });
}

async function finish(training: Stations['training'], request: Parameters<typeof training.startRun>[0]): Promise<void> {
  const { trainingRunId } = await training.startRun(request);
  const { status, error } = await training.waitForRun(trainingRunId);
  // The gate may find lists of such customers no better than the best sellers: they are published all the same.
  if (status !== 'succeeded' && status !== 'refused') throw new Error(`the run ${status}: ${error}`);
}

async function publishAll(db: Database, { training }: Stations): Promise<void> {
  const published = (await readPublishedRelease(db))?.versions ?? {};

  for (const kind of kinds) {
    const [newest] = await listVersions(db, kind, 1);
    if (newest && newest.version !== published[kind]) await training.publish(kind, newest.version);
  }
}

/** The days before are taken as counted already. */
async function countDays(db: Database, { indicators }: Stations): Promise<void> {
  const names = families.map(({ name }) => name);
  await db.query('truncate touched_days, touched_items, roll_ups, roll_up_families, roll_up_facts');
  await db.query('insert into roll_up_families (family, version) select * from unnest($1::text[], $2::int[])', [
    names,
    families.map(({ version }) => version),
  ]);
  await db.query(
    `insert into roll_ups (family, day, due_at)
     select family, current_date - n, now() from unnest($1::text[]) as family, generate_series(0, $2::int - 1) as n`,
    [names, eventDays],
  );
  await indicators.rollUp({ atOnce: true });
}

async function plan({ segments, coupons }: Stations): Promise<void> {
  for (let number = 1; number <= 20; number++) {
    const segmentId = `rule-segment-${number}`;
    await segments.defined.create({
      segmentId,
      name: `Segment ${number}`,
      definition: { rfm: 'frequency', at_least: 1 + (number % 5) },
    });
  }
  for (let number = 1; number <= 20; number++) {
    await coupons.createCampaign({
      campaign_id: `campaign-${number}`,
      name: `Campaign ${number}`,
      discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
      valid_from: new Date(Date.now() - number * 24 * hourMs).toISOString(),
      valid_until: new Date(Date.now() + number * 24 * hourMs).toISOString(),
      budget: { coupons: 1_000, money: '5000.00' },
      limit_per_customer: 3,
      target_groups: ['high-quality', 'ordinary', 'low-contribution'],
    });
  }
}
