export type { Arm, Assignment, CustomerArm, GlobalHoldout, HoldoutPeriod } from './arms.ts';
export { assign, controlSalt, holdoutSalt, pointOf } from './assignment.ts';
export { createExperiments, type Experiments, type HoldoutElement } from './experiments.ts';
export { readHoldout, readLastHoldout } from './holdouts.ts';
export { experimentsStation } from './station.ts';
export { ensureExperiment, insertAssignments, selectArms, selectConsidered, selectHoldoutArms } from './store.ts';
