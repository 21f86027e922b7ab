import type { Itemsets, MinedItemsets } from '../../../../models/association-rules/index.ts';
import type { Database } from '../../../db/index.ts';
import type { FactorFit, WorkedOut } from '../../learners/worked-out.ts';
import { Column } from '../../snapshot/growing-column.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { readResults } from './store.ts';

/** What the job has left, in the order and the numbers of the run's snapshot. */
export async function readWorkedOut(
  db: Database,
  trainingRunId: number,
  { itemKeys }: Snapshot,
  wanted: { mined: boolean; centroids: boolean; fits: readonly FactorFit[] },
): Promise<WorkedOut> {
  const indexes = new Map(Array.from(itemKeys, (key, index) => [key, index]));
  const rowsOf = (part: string) => readResults(db, trainingRunId, part);
  const factors = [];
  for (const [place, fit] of wanted.fits.entries()) {
    const items = new Float32Array(itemKeys.length * fit.ials.dimensions);
    for await (const { keys, numbers } of rowsOf(`factors-${place}`)) {
      const index = indexes.get(keys[0]);
      if (index !== undefined) items.set(numbers, index * fit.ials.dimensions);
    }
    factors.push({ fit, items });
  }
  return {
    factors,
    ...(wanted.mined && { mined: await readMined(rowsOf, indexes) }),
    ...(wanted.centroids && { centroids: await readCentroids(rowsOf('clusters')) }),
  };
}

type RowsOf = (part: string) => ReturnType<typeof readResults>;

async function readMined(rowsOf: RowsOf, indexes: ReadonlyMap<number, number>): Promise<MinedItemsets> {
  const offsets = new Column(Uint32Array);
  const items = new Column(Uint32Array);
  const counts = new Column(Uint32Array);
  const byLength: number[] = [];
  offsets.push(0);
  let length = 0;
  // Keys ascend as the snapshot's items do, and so do the rows: that is the order of itemsets.
  for await (const { keys, numbers } of rowsOf('itemsets')) {
    const known = keys.map((key) => indexes.get(key));
    if (known.includes(undefined)) throw new Error('Spark found an item that is not in the snapshot');
    for (const item of known) items.push(item!);
    length += keys.length;
    offsets.push(length);
    counts.push(numbers[0]);
    while (byLength.length < keys.length) byLength.push(0);
    byLength[keys.length - 1]++;
  }
  let minimumCount: number | undefined;
  for await (const { numbers } of rowsOf('itemsets-found')) minimumCount = numbers[0];
  if (minimumCount === undefined) throw new Error('Spark left no itemsets');
  const itemsets: Itemsets = {
    size: counts.length,
    offsets: offsets.take(),
    items: items.take(),
    counts: counts.take(),
    countsByLength: Uint32Array.from(byLength),
  };
  return { itemsets, minimumCount };
}

async function readCentroids(rows: ReturnType<typeof readResults>): Promise<Map<number, Float64Array>> {
  const centres = new Map<number, number[]>();
  for await (const { keys, numbers } of rows) {
    if (!centres.has(keys[0])) centres.set(keys[0], []);
    centres.get(keys[0])!.push(...numbers);
  }
  return new Map(Array.from(centres, ([clusters, values]) => [clusters, Float64Array.from(values)]));
}
