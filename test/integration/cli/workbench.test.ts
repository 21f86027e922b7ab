import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { inFigures } from '../../../src/formats/figures.ts';
import { type ModelVersion, readPublishedRelease } from '../../../src/versions/index.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { type CliAnswer, runCli, runCliHere } from '../../support/service/cli.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd } from '../../support/shops/training-shop.ts';

const asOf = shopEnd.toISOString();
const quick = '--set collaborative-filtering.tuning={"trials":1,"windows":1,"methods":["rp3beta","ials"]}';

let service: TestService;
let folder: string;
/** What was said before anything was trained, of the first whole run, and of one model that was tried and not published. */
let beforeTraining: CliAnswer;
let whole: CliAnswer;
let rulesAlone: CliAnswer;
let published: ModelVersion;
const pannier = (line: string) => runCliHere(service.connectionString, line);
/** What starts a trainer, and one command of each kind, as a person would start it. */
const started = (line: string) => runCli(service.connectionString, line);
const path = (name: string) => join(folder, name);
const fieldsOf = ({ code, json }: CliAnswer) => [code, json.errors.map(({ field }: { field: string }) => field)];

async function one<Row>(query: string): Promise<Row> {
  const [row] = await service.database.query<Row>(query);
  return row!;
}

beforeAll(async () => {
  service = await createTestService();
  folder = await mkdtemp(join(tmpdir(), 'pannier-workbench-'));
  await fillShop(service.stations.intake, 200);
  beforeTraining = await started('export segments');
  whole = await started(`train --as-of ${asOf} ${quick} --set segmentation.clusters=4`);
  published = (await readPublishedRelease(service.database))!.models['association-rules']!;
  rulesAlone = await started(
    `train --json --as-of ${asOf} --model association-rules --set minimumConfidence=0.4 --no-publish`,
  );
}, 300_000);
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

usually.describe('pannier train', () => {
  test('before anything is published there is nothing to export, and that is told', () => {
    const { code, errors } = beforeTraining;
    expect([code, errors]).toEqual([1, 'Nothing is published yet: train first.\n']);
  });

  test('tells stages, what was tried, how it was judged, and what is served', () => {
    const { code, out, errors } = whole;
    expect([code, errors]).toEqual([0, expect.stringMatching(/Training .*tuning.*\n(.*\n)*Training 100 %/)]);
    expect(out).toMatch(/^Run 1 succeeded/);
    for (const stage of ['snapshot', 'tuning', 'evaluation', 'publishing']) {
      expect(out).toMatch(new RegExp(`^${stage} +\\d+\\.\\d\\d$`, 'm'));
    }
    expect(out).toMatch(/^rp3beta +0\.\d{4} .*alpha=/m);
    expect(out).toMatch(/^blend +0\.\d{4} /m);
    expect(out).toMatch(/^served-list +0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]/m);
    expect(out).toMatch(/^The gate lets it pass/m);
    expect(out).toMatch(/^popularity v\d+ beside nothing published$/m);
    expect(out).toMatch(/^Release 1 is served\.$/m);
  });

  test('one model takes its settings without its name, and stands beside what is published', () => {
    const { code, json } = rulesAlone;
    expect(code).toBe(0);
    expect(json).toMatchObject({
      status: 'succeeded',
      release_id: null,
      recipes: { 'association-rules': { minimumConfidence: 0.4 } },
      beside: [{ kind: 'association-rules', published: published.version, made: json.versions['association-rules'] }],
    });
    const rules = json.beside[0].metrics.find(({ name }: { name: string }) => name === 'rules');
    expect(rules.first).toBe(published.metrics['rules']);
    expect(rules.second).toBeLessThanOrEqual(rules.first);
    expect(json.beside[0].recipe_changes).toMatchObject([{ field: 'minimumConfidence', second: 0.4 }]);
  });

  test('a setting that cannot be is refused by the name of its field', async () => {
    const answers = await Promise.all([
      pannier('train --json --model popularity --set halfLifeDays=0 --set speed=9'),
      pannier('train --json --set halfLifeDays=3'),
    ]);
    expect(answers.map(fieldsOf)).toEqual([
      [2, ['/recipes/popularity/halfLifeDays', '/recipes/popularity/speed']],
      [2, ['--set']],
    ]);
  });
});

usually.describe('pannier models compare', () => {
  test('puts two versions side by side, as the API does', async () => {
    const first = published.version;
    const second = rulesAlone.json.versions['association-rules'];
    const [people, machine, api] = await Promise.all([
      started(`models compare association-rules ${first} ${second}`),
      pannier(`models compare association-rules ${first} ${second} --json`),
      call(service.url, 'compareModelVersions', {
        headers: service.as('train'),
        path: { kind: 'association-rules', version: first },
        query: `with=${second}`,
      }),
    ]);
    expect([people.code, people.out]).toEqual([0, expect.stringMatching(/^minimumConfidence +[\d.]+ +0\.4/m)]);
    expect([machine.code, machine.json]).toEqual([0, api.json]);
  });

  test('a version that is not there fails, a kind that is none is a wrong call', async () => {
    const [missing, kind, word] = await Promise.all([
      pannier('models compare popularity 1 999999 --json'),
      pannier('models compare taste 1 2'),
      pannier('models compare popularity 1 two'),
    ]);
    expect([missing.code, missing.json]).toEqual([
      1,
      { error: expect.stringMatching(/^No such version of popularity: \d+\.$/), errors: [] },
    ]);
    expect([kind.code, word.code]).toEqual([2, 2]);
  });
});

usually.describe('pannier explain', () => {
  test('prints what the endpoint answers', async () => {
    const { customer_id } = await one<{ customer_id: string }>(
      'select customer_id from customers join customer_lists using (customer_key) order by customer_id limit 1',
    );
    await service.stations.recommendations.refresh();
    const [{ json }, machine, { out }] = await Promise.all([
      call(service.url, 'explainCustomerRecommendations', {
        headers: service.as('train'),
        path: { customer_id },
        query: 'limit=5',
      }),
      started(`explain --customer ${customer_id} --limit 5 --json`),
      pannier(`explain --customer ${customer_id} --limit 5`),
    ]);
    // The endpoint gives the keys of its sentences beside.
    const { said: _, ...answered } = json;
    expect([machine.code, machine.json]).toEqual([0, answered]);
    for (const heading of ['Latest behaviours', 'Candidates', 'Dropped', 'List'])
      expect(out).toContain(`\n${heading}\n`);
    const list = out.split('\nList\n')[1];
    for (const { item_id, position } of json.items) {
      expect(list).toMatch(new RegExp(`^ +${position}  ${item_id} `, 'm'));
    }
    for (const [rule, count] of Object.entries(json.drops)) expect(out).toMatch(new RegExp(`^${rule} +${count}$`, 'm'));
  });

  test('somebody not known gets what is popular, and nobody named is a wrong call', async () => {
    const [{ code, json }, nameless] = await Promise.all([
      pannier('explain --customer nobody --json'),
      pannier('explain'),
    ]);
    expect(code).toBe(0);
    expect(json).toMatchObject({ is_known: false, candidates: [] });
    expect(json.items).toHaveLength(10);
    expect(nameless.code).toBe(2);
  });
});

thoroughly.describe('pannier evaluate', () => {
  test('judges models on one window, the same at every call, whatever happened later', async () => {
    const line = `evaluate popularity rp3beta night ${quick} --as-of ${asOf} --json`;
    const figuresOf = ({ json }: CliAnswer) => json.rows.map(({ seconds, ...row }: { seconds: number }) => row);
    const before = await pannier(line);
    const { code, json } = before;
    expect(code).toBe(0);
    expect(json).toMatchObject({ as_of: asOf, cut: '2026-02-01T00:00:00.000Z', end: asOf, k: 10, repurchase: 'allow' });
    expect(json.rows.map(({ name }: { name: string }) => name)).toEqual(['popularity', 'rp3beta', 'night']);
    const [popularity, rp3beta] = json.rows;
    expect(rp3beta.figures.ndcg.low).toBeGreaterThan(popularity.figures.ndcg.high);
    expect(json.differences.map(({ against }: { against: string }) => against)).toEqual(['popularity', 'popularity']);

    const { item_id } = await one<{ item_id: string }>(`
      select item_id from items left join order_lines using (item_key) where is_product
      group by item_id order by count(order_key) limit 1`);
    const verdicts = await service.stations.intake.recordOrders(
      Array.from({ length: 30 }, (_, order) => ({
        order_id: `future-${order}`,
        customer_id: 'C000001',
        occurred_at: new Date(shopEnd.getTime() + 60_000 * order).toISOString(),
        lines: [{ item_id, quantity: 1, unit_price: '1.00' }],
      })),
    );
    expect(verdicts.counts.facts).toBe(30);
    expect(figuresOf(await pannier(line))).toEqual(figuresOf(before));
  });

  test('lists that were made with the hold-out in sight stand out from those that were not', async () => {
    const trained = await started(
      'train --json --as-of 2026-02-01 --model collaborative-filtering --no-publish --set tuning.trials=0',
    );
    const version = trained.json.versions['collaborative-filtering'];
    const [exported] = await Promise.all([
      pannier(`export lists --of-version ${version} --format csv --output ${path('honest.csv')} --json`),
      pannier(`export lists --format ndjson --output ${path('leaked.ndjson')}`),
    ]);
    expect(exported.json).toMatchObject({ exported: 'lists', format: 'csv', file: path('honest.csv') });
    const { code, json } = await pannier(
      `evaluate personal-frequency --lists ${path('honest.csv')} --lists ${path('leaked.ndjson')} --as-of ${asOf} --json`,
    );
    expect(code).toBe(0);
    const [frequency, honest, leaked] = json.rows.map(({ figures }: any) => figures.ndcg);
    expect(honest.high).toBeLessThan(leaked.low);
    expect(frequency.high).toBeLessThan(leaked.low);
  });

  test('a hold-out can be a file', async () => {
    const pairs = await service.database.query<{ customer_id: string; item_id: string }>(`
      select distinct on (customer_id) customer_id, item_id from customers join orders using (customer_key)
      join order_lines using (order_key) join items using (item_key)
      where is_product and profiling_allowed and occurred_at < '${asOf}'
      order by customer_id, occurred_at desc, item_id limit 50`);
    const rows = pairs.map(({ customer_id, item_id }) => `${customer_id},${item_id}`);
    await writeFile(path('pairs.csv'), `customer_id,item_id\n${[...rows, 'stranger,I0001'].join('\n')}\n`);
    const { code, out } = await pannier(
      `evaluate rp3beta popularity --holdout ${path('pairs.csv')} --as-of ${asOf} --k 20`,
    );
    expect(code).toBe(0);
    expect(out).toContain('50 customers judged by the pairs of the file');
    expect(out).toContain('1 rows of the files are of customers who are not known');
    expect(out).toMatch(/^popularity .*(better|worse|no different beyond chance)$/m);
  });

  test('what is wrong is told by its name', async () => {
    await writeFile(path('broken.csv'), 'customer_id,item_id,rank\nC000001,nothing,1\n');
    const [broken, recipe, ...others] = await Promise.all([
      pannier(`evaluate --lists ${path('broken.csv')} --json`),
      pannier('evaluate popularity --set repurchase=maybe --json'),
      started('evaluate magic'),
      pannier(`evaluate --holdout ${path('broken.csv')} --window-days 7`),
      pannier('evaluate popularity --k 0'),
    ]);
    expect([broken.code, broken.json.errors]).toEqual([
      2,
      [{ field: 'item_id', message: 'row 1: nothing is no item of this shop' }],
    ]);
    expect(fieldsOf(recipe)).toEqual([2, ['/recipes/collaborative-filtering/repurchase']]);
    expect(others.map(({ code }) => code)).toEqual([2, 2, 2]);
  });
});

describe('pannier export', () => {
  usually.test('rules as CSV and JSON say the same as the API', async () => {
    const [{ json }, machine, csv, context] = await Promise.all([
      call(service.url, 'listAssociationRules', { headers: service.as('recommend'), query: 'limit=1000' }),
      pannier('export rules --json'),
      started('export rules'),
      pannier('export rules --context nowhere --json'),
    ]);
    expect(json.items.length).toBeGreaterThan(5);
    // What is exported is whole, what the API answers is in figures.
    expect([machine.code, inFigures(machine.json)]).toEqual([0, json.items]);
    const [head, first, ...rest] = csv.out.trimEnd().split('\n');
    expect(head).toMatch(/^rule_id,antecedent,consequent,count,support,confidence,lift/);
    const { rule_id, antecedent, consequent, count } = json.items[0];
    expect(first.split(',').slice(0, 4)).toEqual([rule_id, antecedent.join(' '), consequent, String(count)]);
    expect(rest).toHaveLength(json.items.length - 1);
    expect(fieldsOf(context)).toEqual([2, ['context']]);
  });

  thoroughly.test('rules as Parquet hold the items of an antecedent as a list', async () => {
    const [, { json }] = await Promise.all([
      pannier(`export rules --format parquet --output ${path('rules.parquet')}`),
      pannier('export rules --json'),
    ]);
    const read = await parquetReadObjects({ file: await asyncBufferFromFile(path('rules.parquet')) });
    const told = ({ antecedent, consequent }: Record<string, unknown>) => [antecedent, consequent];
    expect(read.map(told)).toEqual(json.map(told));
  });

  thoroughly.test(
    'segments as Parquet hold what they hold as JSON, nobody among them who objects to profiling',
    async () => {
      const [parquet, { json }, nowhere] = await Promise.all([
        pannier(`export segments --format parquet --output ${path('segments.parquet')}`),
        pannier('export segments --json'),
        pannier('export segments --format parquet --json'),
      ]);
      expect(parquet.code).toBe(0);
      const read = await parquetReadObjects({ file: await asyncBufferFromFile(path('segments.parquet')) });
      // Money is a decimal text in JSON, and DECIMAL in Parquet.
      const decimals = ['monetary', 'average_order', 'average_unit_price'];
      const asNumbers = (row: Record<string, unknown>) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            decimals.includes(name) && value !== null ? Number(value) : value,
          ]),
        );
      expect(JSON.parse(JSON.stringify(read))).toEqual(json.map(asNumbers));
      const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(path('segments.parquet')));
      expect(schema.find(({ name }) => name === 'monetary')).toMatchObject({ converted_type: 'DECIMAL', scale: 2 });
      expect(json.length).toBeGreaterThan(100);
      const objectors = await service.database.query<{ customer_id: string }>(
        'select customer_id from customers where not profiling_allowed',
      );
      expect(objectors.length).toBeGreaterThan(0);
      const exported = new Set(json.map(({ customer_id }: { customer_id: string }) => customer_id));
      expect(objectors.filter(({ customer_id }) => exported.has(customer_id))).toEqual([]);
      expect(fieldsOf(nowhere)).toEqual([2, ['--output']]);
    },
  );

  thoroughly.test('neighbours are arrays that numpy reads, with the ids of their rows', async () => {
    const { code, json } = await started(`export neighbours --output ${path('neighbours')} --json`);
    expect(code).toBe(0);
    const neighbours = await readNpy('neighbours/neighbours.npy');
    const weights = await readNpy('neighbours/weights.npy');
    const ids = await readIds('neighbours/item_ids.json');
    expect([neighbours.type, weights.type]).toEqual(['<i4', '<f4']);
    const [, width] = neighbours.shape;
    expect(json.files).toEqual({
      'neighbours.npy': `${ids.length} x ${width} int32`,
      'weights.npy': `${ids.length} x ${width} float32`,
      'item_ids.json': `${ids.length} ids`,
    });
    const stored = await service.database.query<{ item_id: string; near: string[]; weights: number[] }>(
      `select item_id, weights, array(select item_id from unnest(neighbours) with ordinality as n(key, place)
                                      join items on item_key = n.key order by place) as near
       from item_neighbours join items using (item_key) where version = $1`,
      [json.version],
    );
    expect(stored.length).toBeGreaterThan(50);
    for (const { item_id, near, weights: stores } of stored) {
      const places = [...neighbours.row(ids.indexOf(item_id))];
      expect(places.filter((place) => place >= 0).map((place) => ids[place])).toEqual(near);
      expect([...weights.row(ids.indexOf(item_id))].slice(0, near.length)).toEqual(stores.map(Math.fround));
    }
  });

  thoroughly.test('factors score what a customer bought far above the rest', async () => {
    const { code, json } = await pannier(`export factors --output ${path('factors')} --json`);
    expect(code).toBe(0);
    const [customers, items] = [await readNpy('factors/customers.npy'), await readNpy('factors/items.npy')];
    const customerIds = await readIds('factors/customer_ids.json');
    const itemIds = await readIds('factors/item_ids.json');
    expect([customers.shape[0], items.shape[0]]).toEqual([customerIds.length, itemIds.length]);
    expect(items.shape[1]).toBe(customers.shape[1]);
    expect(json.files['customers.npy']).toBe(`${customers.shape.join(' x ')} float32`);
    const bought = await service.database.query<{ customer_id: string; item_id: string }>(
      `select distinct customer_id, item_id from customers join orders using (customer_key)
       join order_lines using (order_key) join items using (item_key)
       where is_product and profiling_allowed and occurred_at < '${asOf}'`,
    );
    const score = (customer: number, item: number) => {
      const [ours, theirs] = [customers.row(customer), items.row(item)];
      let sum = 0;
      for (let at = 0; at < ours.length; at++) sum += ours[at] * theirs[at];
      return sum;
    };
    const own = bought.map((pair) => score(customerIds.indexOf(pair.customer_id), itemIds.indexOf(pair.item_id)));
    const all = customerIds.flatMap((_, customer) => itemIds.map((_, item) => score(customer, item)));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(own.length).toBeGreaterThan(500);
    expect(mean(own)).toBeGreaterThan(3 * mean(all));
  });

  usually.test('what has no version is not there', async () => {
    const answer = await pannier('export segments --of-version 999999 --json');
    expect([answer.code, answer.json.error]).toEqual([1, 'No such version of segmentation: 999999.']);
  });
});

async function readIds(name: string): Promise<string[]> {
  return JSON.parse(await readFile(path(name), 'utf8'));
}

/** numpy's format 1.0 as its specification tells it. */
async function readNpy(name: string) {
  const bytes = await readFile(path(name));
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]));
  const length = bytes.readUInt16LE(8);
  expect((10 + length) % 64).toBe(0);
  const header = bytes.toString('latin1', 10, 10 + length);
  const form = /^\{'descr': '(<[if]4)', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/;
  const [, type, rows, columns] = form.exec(header)!;
  const [height, width] = [Number(rows), Number(columns)];
  const { buffer } = Uint8Array.from(bytes.subarray(10 + length));
  const values = type === '<f4' ? new Float32Array(buffer) : new Int32Array(buffer);
  expect(values.length).toBe(height * width);
  return { type, shape: [height, width], row: (row: number) => values.subarray(row * width, (row + 1) * width) };
}
