import type { Database } from '../../db/index.ts';
import { getVersion, listVersions, type ModelVersion } from '../../versions/index.ts';
import { type FlowScheme, selectFlows } from './store.ts';

/** Who moved between two kept segmentations; nothing where there is but one. */
export interface Flows {
  /** that can be compared, the newest first */
  kept: ModelVersion[];
  from: ModelVersion | undefined;
  to: ModelVersion | undefined;
  /** names of groups or numbers of clusters; null: in none */
  moves: { from: string | null; to: string | null; customers: number }[];
}

export interface FlowQuery {
  scheme: FlowScheme;
  fromVersion: number | undefined;
  toVersion: number | undefined;
}

const keptAtMost = 100;

/**
 * The flows between the two versions that are asked for, else between the published one and the one before it.
 *
 * @throws PannierError `not_found` for a version that is not kept
 */
export async function readFlows(db: Database, published: ModelVersion | undefined, query: FlowQuery): Promise<Flows> {
  const kept = await listVersions(db, 'segmentation', keptAtMost);
  const find = (version: number) =>
    kept.find((one) => one.version === version) ?? getVersion(db, 'segmentation', version);
  const to = query.toVersion === undefined ? published : await find(query.toVersion);
  const from =
    query.fromVersion === undefined
      ? to && kept.find((one) => one.version < to.version)
      : await find(query.fromVersion);
  const moves = from && to ? await selectFlows(db, query.scheme, [from.version, to.version]) : [];
  return { kept, from, to, moves };
}
