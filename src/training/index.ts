export { decide, type Verdict } from './gate.ts';
export { chooseRecipes, type RecipeChanges, type Recipes } from './recipes.ts';
export { trainingRoutes } from './routes.ts';
export type { Progress, RunStatus, TrainingRun } from './runs.ts';
export { createTraining, type Training, type TrainingDependencies, type TrainingRequest } from './training.ts';
