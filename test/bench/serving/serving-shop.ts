import { seededRandom } from '../../../models/random.ts';
import { type Database, migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createIntake } from '../../../src/intake/index.ts';
import { renewNewestBehaviours } from '../../../src/intake/newest-behaviours/renew.ts';
import { createKey } from '../../../src/keys/index.ts';
import {
  loadAssociationRules,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  overallContext,
} from '../../../src/recommendations/index.ts';
import { type LoadedTable, type ModelKind, publishRelease } from '../../../src/versions/index.ts';
import { addVersion } from '../../support/shops/versions.ts';

/** A middling shop. */
export const shopSize = { items: 5_000, customers: 20_000, candidates: 100, neighbours: 50 };
/** One of 100,000 customers. */
export const largeShop = { items: 20_000, customers: 100_000, candidates: 100, neighbours: 50 };
type ShopSize = typeof shopSize;
export const schema = 'pannier';
export const customerId = (number: number) => `C${String(number).padStart(6, '0')}`;

export interface BenchShop {
  connectionString: string;
  token: string;
  /** of the database server */
  processId: number;
  stop(): Promise<void>;
}

/** A shop with a published release in a Postgres of its own: what serving reads, with the behaviour of a year. */
export async function startShop(folder: string, size: ShopSize = shopSize): Promise<BenchShop> {
  const server = await startEmbeddedServer({ folder, disposable: true });
  const db = openDatabase({ connectionString: server.connectionString, schema, poolSize: 4 });
  await migrate(db);
  await fillFacts(db, size);
  await publish(db, size);
  await db.query('analyze');
  // Housekeeping does so at once when a service starts.
  await renewNewestBehaviours(db);
  const { token } = await createKey(db, 'bench', ['recommend']);
  await db.close();
  const { connectionString, processId } = server;
  return { connectionString, processId, token, stop: () => server.stop() };
}

/** Intake makes the partition of a month with its first event. */
export async function makePartitions(db: Database, days = 11): Promise<void> {
  const config = { timeZone: 'UTC', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730 };
  const intake = createIntake({ db, config, clock: () => new Date() });
  const sighting = { event_id: 'first', type: 'search' as const, visitor_id: 'V1', query: 'tea' };
  for (const daysAgo of [...Array.from({ length: Math.ceil(days / 11) }, (_, step) => days - 11 * step), 0]) {
    const occurred_at = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    await intake.recordEvents([{ ...sighting, event_id: `first-${daysAgo}`, occurred_at }]);
  }
}

const daysBetweenEvents = 35;

async function fillFacts(db: Database, shopSize: ShopSize): Promise<void> {
  await db.query(
    `insert into items (item_id, title, category, brand, price, stock)
     select 'I' || lpad(n::text, 5, '0'), 'Article of daily use number ' || n, 'Department ' || n % 10 || ' > Shelf ' || n % 100,
            'Brand ' || n % 50, (n % 5000 + 99) / 100.0, 100
     from generate_series(1, $1::int) n`,
    [shopSize.items],
  );
  await db.query(
    `insert into customers (customer_id) select 'C' || lpad(n::text, 6, '0') from generate_series(1, $1::int) n`,
    [shopSize.customers],
  );
  await makePartitions(db, 12 * daysBetweenEvents);
  // Ten behaviours in the year before the night and two after it for each customer, and three orders of four lines.
  await db.query(
    `insert into events (event_id, type, customer_key, item_key, occurred_at)
     select customer_key || '-' || n, (array['view', 'click', 'favourite', 'cart_add'])[1 + n % 4]::event_type, customer_key,
            1 + (customer_key * 31 + n * 977) % $1::int, now() - make_interval(hours => case when n < 2 then n else n * 24 * ${daysBetweenEvents} end)
     from customers, generate_series(0, 11) n`,
    [shopSize.items],
  );
  await db.query(
    `insert into orders (order_id, customer_key, occurred_at, total_minor, content_hash)
     select customer_key || '-' || n, customer_key, now() - make_interval(days => n * 20), 1000, ''
     from customers, generate_series(1, 3) n`,
  );
  await db.query(
    `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor)
     select order_key, n, 1 + (customer_key * 17 + n * 613) % $1::int, 1, 2.50, 250 from orders, generate_series(1, 4) n`,
    [shopSize.items],
  );
}

async function publish(db: Database, shopSize: ShopSize): Promise<void> {
  const random = seededRandom(1);
  const item = () => 1 + Math.floor(random() * shopSize.items);
  const several = (count: number) => [...new Set(Array.from({ length: count }, item))];
  const descending = (count: number) => Array.from({ length: count }, (_, rank) => Math.fround(1 / (1 + rank / 5)));
  const asOf = new Date(Date.now() - 12 * 3_600_000);

  function* popular() {
    for (let key = 1; key <= shopSize.items; key++) yield { itemKey: key, score: 1_000 / key, purchases: 5_000 - key };
  }
  function* neighbours() {
    for (let key = 1; key <= shopSize.items; key++) {
      const near = several(shopSize.neighbours).filter((other) => other !== key);
      yield { itemKey: key, neighbours: near, weights: descending(near.length) };
    }
  }
  function* lists() {
    for (let customerKey = 1; customerKey <= shopSize.customers; customerKey++) {
      const itemKeys = several(shopSize.candidates);
      const because = itemKeys.map((_, rank) => 1 + ((customerKey * 17 + (1 + (rank % 4)) * 613) % shopSize.items));
      const sources = itemKeys.map((_, rank) => (rank % 3 === 0 ? 0 : 1));
      yield { customerKey, itemKeys, scores: descending(itemKeys.length), sources, because };
    }
  }
  function* rules() {
    for (let count = 2_000; count > 0; count--) {
      const [antecedent, consequent] = several(2);
      const figures = {
        support: count / 50_000,
        confidence: count / 2_500,
        lift: 3,
        leverage: 0.01,
        conviction: 2,
        pValue: 0,
        qValue: 0,
        significant: true,
      };
      const counts = { count, antecedentCount: 2_500, consequentCount: 900 };
      if (consequent) yield { context: overallContext, antecedent: [antecedent], consequent, ...counts, ...figures };
    }
  }

  const found = { rules: 2_000, significant_rules: 2_000 };
  const contexts = [{ context: overallContext, basket_count: 50_000, minimum_count: 5, tests: 1, ...found }];
  const versions: Partial<Record<ModelKind, number>> = {};
  const loads: [ModelKind, (version: number) => Promise<LoadedTable>[]][] = [
    ['popularity', (version) => [loadPopularityVersion(db, version, popular())]],
    ['association-rules', (version) => [loadAssociationRules(db, version, rules())]],
    [
      'collaborative-filtering',
      (version) => [loadItemNeighbours(db, version, neighbours()), loadCustomerLists(db, version, lists())],
    ],
  ];
  for (const [kind, load] of loads) {
    versions[kind] = await addVersion(db, kind, (version) => Promise.all(load(version)), {
      asOf,
      recipe: { repurchase: 'allow' },
      summary: kind === 'association-rules' ? { contexts } : {},
    });
  }
  await db.transaction((tx) => publishRelease(tx, db.schema, { versions, reason: 'night', trainingRunId: null }));
}
