import { availableParallelism } from 'node:os';
import type { Database } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';
import { customerIdsOf, itemIdsOf } from '../../intake/index.ts';
import { readPublishedRelease } from '../../versions/index.ts';
import { chooseRecipes, type RecipeChanges } from '../learners/choose-recipes.ts';
import type { ListRecipes } from '../learners/fit-lists.ts';
import { defaultEvaluationDays } from '../runs/run.ts';
import { readSnapshot } from '../snapshot/read-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ContenderName } from './contenders.ts';
import { type ContenderReport, judgeContenders } from './judge-contenders.ts';
import { readListRecipes } from './published-recipes.ts';
import { readHeldOutPairs, readListFile, type SnapshotIds } from './read-list-files.ts';

export interface ContestRequest {
  contenders: readonly ContenderName[];
  /** files of customer_id, item_id, rank */
  lists?: readonly string[];
  /** default: now */
  asOf?: Date;
  /** length of the judged window before `asOf`, default 28 days; not with `holdout` */
  windowDays?: number;
  /** a file of customer_id, item_id */
  holdout?: string;
  k?: number;
  seed?: number;
  recipes?: RecipeChanges;
}

const defaultPlaces = 10;
const mostPlaces = 1_000;

/**
 * Judges models, and lists made elsewhere, on the shop's own facts. Nothing is stored.
 * @throws PannierError `invalid_request` naming the field of the recipe, or the row of the file
 */
export async function runContest(
  db: Database,
  request: ContestRequest,
  onProgress: (done: number, total: number, stage: string) => void = () => {},
): Promise<ContenderReport & { skipped_rows: number }> {
  const { contenders, lists = [], k = defaultPlaces, seed = 1, windowDays = defaultEvaluationDays } = request;
  if (!(k >= 1 && k <= mostPlaces)) throw invalidField('k', `must be from 1 to ${mostPlaces}`);
  if (!(windowDays >= 1)) throw invalidField('window_days', 'must be at least 1');
  const kinds = ['popularity', 'collaborative-filtering'] as const;
  const recipes = chooseRecipes(kinds, request.recipes) as ListRecipes;
  const total = 1 + contenders.length + lists.length;
  onProgress(0, total, 'snapshot');
  const snapshot = await readSnapshot(db, request.asOf ?? new Date());
  const { heldOut, fileLists } = await readFiles(db, snapshot, { lists, holdout: request.holdout });
  const report = await judgeContenders(
    snapshot,
    {
      contenders,
      fileLists,
      holdout: heldOut ?? { windowDays },
      recipes,
      published: contenders.includes('published') ? readListRecipes(await readPublishedRelease(db)) : undefined,
      k,
      seed,
      threads: availableParallelism(),
    },
    async (done, name) => {
      onProgress(1 + done, total, name);
      // Learning holds the thread; what is reported of it must be written first.
      await new Promise(setImmediate);
    },
  );
  onProgress(total, total, 'done');
  const skipped = fileLists.reduce((sum, { skipped }) => sum + skipped, heldOut?.skipped ?? 0);
  return { ...report, skipped_rows: skipped };
}

async function readFiles(
  db: Database,
  snapshot: Snapshot,
  { lists, holdout }: { lists: readonly string[]; holdout: string | undefined },
) {
  if (lists.length === 0 && holdout === undefined) return { heldOut: undefined, fileLists: [] };
  const ids = await numberIds(db, snapshot);
  return {
    heldOut: holdout === undefined ? undefined : await readHeldOutPairs(holdout, ids),
    fileLists: await Promise.all(lists.map(async (name) => ({ name, ...(await readListFile(name, ids)) }))),
  };
}

async function numberIds(db: Database, { customerKeys, itemKeys }: Snapshot): Promise<SnapshotIds> {
  const [customers, items] = await Promise.all([
    customerIdsOf(db, Array.from(customerKeys)),
    itemIdsOf(db, Array.from(itemKeys)),
  ]);
  const numberOf = (keys: Int32Array, ids: Map<number, string>) =>
    new Map(Array.from(keys, (key, number) => [ids.get(key), number]));
  const customerNumbers = numberOf(customerKeys, customers);
  const itemNumbers = numberOf(itemKeys, items);
  return { customerOf: (id) => customerNumbers.get(id), itemOf: (id) => itemNumbers.get(id) };
}
