export {
  compareVersions,
  figuresBeside,
  recipeChanges,
  type VersionComparison,
} from './evaluation/compare-versions.ts';
export { type ContenderName, contenderNames } from './evaluation/contenders.ts';
export { decide, type GateVerdict } from './evaluation/gate.ts';
export type { ContenderDifference, ContenderReport } from './evaluation/judge-contenders.ts';
export { runContest } from './evaluation/run-contest.ts';
export type { ExplorationRequest, ExploredSegments } from './explorations/exploration.ts';
export { chooseRecipes, type RecipeChanges } from './learners/choose-recipes.ts';
export type { Recipes } from './learners/index.ts';
export { learnFactors } from './learners/learn-factors.ts';
export { type LearnerKind, learnerKinds } from './learners/learner.ts';
export { toComparisonJson, toExplorationJson, toRunJson, toVersionJson } from './run-and-version-json.ts';
export type { Progress, RunStatus, TrainingRun } from './runs/run.ts';
export type { TrainingDependencies, TrainingRequest } from './runs/run-starter.ts';
export { trainingStation } from './station.ts';
export { createTraining, type Training } from './training.ts';
