export { type Calibration, type CalibrationBin, calibrate } from './calibration.ts';
export { explain, type LabelModel, predictLabels, type Reason } from './label-model.ts';
export { type LabelFeatures, type LabelRefusal, type LearntLabels, learnLabels } from './learn-labels.ts';
export { type CustomerLabelsRecipe, recipe, recipeSchema } from './recipe.ts';
