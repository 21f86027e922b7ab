import type { Holdout } from '../../experiments/index.ts';
import type { Placement } from '../placements/placement.ts';
import type { ServedRelease } from './served-release.ts';

/** What is served beside the catalogue and the customers, as it was last read. */
export interface Served {
  release: ServedRelease;
  /** undefined: nobody ever was held out of personal lists */
  listHoldout: Holdout | undefined;
  /** those that the shop has set, by name */
  placements: ReadonlyMap<string, Placement>;
  /** the catalogue has been read */
  ready: boolean;
  /** something may have changed that has not been read */
  behind: boolean;
  /** all of it is of an earlier run */
  restored: boolean;
}
