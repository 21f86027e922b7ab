import type { Station } from '../station.ts';
import type { Experiments } from './experiments.ts';
import { experimentRoutes } from './routes.ts';
import { clearPerson } from './store.ts';

/** Who is in which arm is drawn by hash, so that nothing has to be loaded; what was drawn is kept for reports. */
export function experimentsStation(experiments: Experiments): Station {
  return { routes: experimentRoutes(experiments), erase: clearPerson };
}
