import type { Holdout } from '../../experiments/index.ts';

/** holdout: popular lists instead of personal ones, for comparison */
export type ListArm = 'treatment' | 'holdout';

/** In which arm of a holdout a customer is, or a visitor who is nobody by name. */
export interface Drawn {
  readonly holdout: Holdout;
  readonly arm: ListArm;
  /** It is in the log, or on its way, that they have asked for a list while it held. */
  isNoted: boolean;
}
