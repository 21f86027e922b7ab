import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  expectOrders,
  type Histories,
  learnOrders,
  learnSpend,
  recipe as valueRecipe,
} from '../../../models/customer-value/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { clusterCustomers, type FeatureColumn, groupCustomers, recipe } from '../../../models/segmentation/index.ts';

/**
 * Time and peak memory of what is learnt of customers, by how many there are, each in a process of its own.
 *
 *     npm run bench:customers -- [customers ...]
 */
const models = { segmentation: learnSegmentation, 'customer-value': learnCustomerValue };
const random = seededRandom(1);
const exponential = (mean: number) => -mean * Math.log(1 - random());

/** The model's memory is what it adds to that of its data. */
function measure(name: string, customers: number, learn: () => string): void {
  const before = process.resourceUsage().maxRSS;
  const started = performance.now();
  const told = learn();
  const seconds = (performance.now() - started) / 1e3;
  const bytes = (process.resourceUsage().maxRSS - before) * 1_024;
  const perCustomer = Math.round(bytes / customers);
  console.log(
    `${name.padEnd(16)}${customers} customers: ${seconds.toFixed(1)} s, ${Math.round(bytes / 2 ** 20)} MB, ${perCustomer} bytes a customer; ${told}`,
  );
}

function learnSegmentation(customers: number): void {
  const column = (value: () => number) => Float64Array.from({ length: customers }, value);
  // Four kinds of customers, from the frequent to those who came once.
  const kinds = Uint8Array.from({ length: customers }, () => Math.floor(4 * random() ** 2));
  const byKind = (means: readonly number[], of: (mean: number) => number) =>
    Float64Array.from(kinds, (kind) => of(means[kind]));
  const frequency = byKind([0.3, 2, 6, 20], (mean) => 1 + Math.floor(exponential(mean)));
  const recencyDays = byKind([250, 150, 60, 15], (mean) => Math.floor(exponential(mean)));
  const monetary = byKind([30, 100, 400, 2_000], (mean) => exponential(mean));
  const share = (name: FeatureColumn['name'], mean: number): FeatureColumn => ({
    name,
    values: column(() => Math.min(1, exponential(mean))),
    evidence: frequency,
  });
  const features: FeatureColumn[] = [
    { name: 'recency', values: recencyDays },
    { name: 'frequency', values: frequency },
    { name: 'monetary', values: monetary },
    { name: 'basketSize', values: column(() => 1 + exponential(2)) },
    { name: 'breadth', values: column(() => 1 + Math.floor(exponential(3))) },
    share('discountShare', 0.3),
    share('eveningShare', 0.3),
    share('weekendShare', 0.3),
  ];
  measure('segmentation', customers, () => {
    groupCustomers(recencyDays, frequency, monetary);
    const { clusters, inertia } = clusterCustomers({ features, recipe, seed: 1 });
    return `${clusters.length} clusters, inertia ${inertia.toFixed(0)}`;
  });
}

function learnCustomerValue(customers: number): void {
  const histories: Histories = {
    repeats: new Uint32Array(customers),
    lastRepeat: new Float64Array(customers),
    observed: Float64Array.from({ length: customers }, () => Math.ceil(7 * 52 * random()) / 7),
    meanSpend: Float64Array.from({ length: customers }, () => exponential(40)),
  };
  // As the model has it: orders at a rate of one's own, until after one of them the customer leaves.
  for (let customer = 0; customer < customers; customer++) {
    const gap = exponential(12) + 2;
    const leaves = random() ** 3;
    for (let week = exponential(gap); week < histories.observed[customer]; week += exponential(gap)) {
      histories.repeats[customer]++;
      histories.lastRepeat[customer] = Math.floor(7 * week) / 7;
      if (random() < leaves) break;
    }
  }
  measure('customer-value', customers, () => {
    const orders = learnOrders(histories, valueRecipe);
    const spend = learnSpend(histories, valueRecipe);
    if ('refusal' in orders || 'refusal' in spend) throw new Error('the data are too thin');
    const expected = expectOrders(orders[0], histories, 13);
    return `${expected.reduce((sum, count) => sum + count, 0).toFixed(0)} orders expected in 13 weeks`;
  });
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'segmentation' || first === 'customer-value') models[first](Number(rest[0]));
else {
  const counts = first === undefined ? [125_000, 500_000] : [first, ...rest].map(Number);
  for (const model of Object.keys(models)) {
    for (const count of counts) {
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), model, String(count)], { stdio: 'inherit' });
    }
  }
}
