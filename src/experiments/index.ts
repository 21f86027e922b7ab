export type {
  Arm,
  Assignment,
  Consideration,
  CustomerArm,
  GlobalHoldout,
  Holdout,
  HoldoutKind,
  HoldoutPeriod,
  VisitorConsideration,
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
  countInBothArms,
  ensureExperiment,
  insertAssignments,
  insertConsiderations,
  insertVisitorConsiderations,
  selectArms,
  selectConsidered,
  selectHoldoutArms,
} from './store.ts';
