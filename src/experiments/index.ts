export type {
  Arm,
  Assignment,
  Consideration,
  CustomerArm,
  GlobalHoldout,
  GuestArm,
  Holdout,
  HoldoutKind,
  HoldoutPeriod,
} from './arms.ts';
export { assign, controlSalt, holdoutSalt, pointOf } from './assignment.ts';
export {
  createExperiments,
  type ExperimentDependencies,
  type Experiments,
  type HoldoutElement,
} from './experiments.ts';
export { readHoldout, readLastHoldout, readListHoldout } from './holdouts.ts';
export { experimentsStation } from './station.ts';
export {
  type AdoptedArm,
  countInBothArms,
  ensureExperiment,
  insertConsiderations,
  selectAdoptedArms,
  selectArms,
  selectConsidered,
  selectControlsAmong,
  selectControlsOfVisitors,
  selectGuestArms,
  selectHoldoutArms,
} from './store.ts';
