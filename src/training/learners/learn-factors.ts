import { availableParallelism } from 'node:os';
import { createMatrices, resolveRecipe, trainIals } from '../../../models/collaborative-filtering/index.ts';
import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { type ModelVersion, readPublishedRelease } from '../../versions/index.ts';
import { factsBefore } from '../snapshot/list-facts.ts';
import { readSnapshot } from '../snapshot/read-snapshot.ts';
import { readRecipe } from './choose-recipes.ts';

/** Factors of customers and items; the score of an item for a customer is the dot product of their rows. */
export interface Factors {
  version: ModelVersion;
  dimensions: number;
  customerKeys: Int32Array;
  itemKeys: Int32Array;
  /** rows of `dimensions` numbers beside `customerKeys` */
  customers: Float32Array;
  /** rows of `dimensions` numbers beside `itemKeys` */
  items: Float32Array;
}

/**
 * Learns iALS factors by the published recipe from the facts before the published version's `as of`. They are stored nowhere:
 * lists are made of them by night.
 * @throws PannierError `not_found`, `conflict` where this code does not understand the published recipe
 */
export async function learnFactors(db: Database): Promise<Factors> {
  const version = (await readPublishedRelease(db))?.models['collaborative-filtering'];
  if (!version) throw new PannierError('not_found', 'Nothing is published yet: train first.');
  const stored = readRecipe('collaborative-filtering', version.recipe);
  if (!stored) throw new PannierError('conflict', 'The published recipe is not understood any more: train anew.');
  const recipe = resolveRecipe(stored);
  const snapshot = await readSnapshot(db, version.asOf);
  const { interactions } = createMatrices(factsBefore(snapshot, snapshot.asOf, stored))(recipe);
  const { dimensions, customers, items } = trainIals(interactions, recipe.methods.ials, {
    seed: version.seed,
    threads: availableParallelism(),
  });
  const { customerKeys, itemKeys } = snapshot;
  return { version, dimensions, customerKeys, itemKeys, customers, items };
}
