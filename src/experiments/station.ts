import type { Queryable } from '../db/index.ts';
import { byRequest, type Finding, finding } from '../finding.ts';
import type { Station } from '../station.ts';
import type { Experiments } from './experiments.ts';
import { experimentRoutes } from './routes.ts';
import { clearPerson, selectHoldouts } from './store.ts';

/** Who is in which arm is drawn by hash, so that nothing has to be loaded; what was drawn is kept for reports. */
export function experimentsStation(experiments: Experiments, db: Queryable): Station {
  return {
    routes: experimentRoutes(experiments),
    erase: clearPerson,
    examine: async () => findMissingHoldout((await selectHoldouts(db, 'lists', 1))[0]?.share ?? 0),
  };
}

function findMissingHoldout(share: number): Finding[] {
  if (share > 0) return [];
  const remedy = byRequest('PUT /v1/recommendation-holdouts {"share": 0.05}', 'docs/marketing.md');
  return [finding('finding.no-list-holdout', {}, { weakens: ['reports'], remedy })];
}
