export { chooseExposed, type Outcomes, placesToGive } from './choose-exposed.ts';
export { drawBeta } from './draw-beta.ts';
export { placesToSwap } from './places-to-swap.ts';
export { type ExposureSettings, exposureSchema, noExposure } from './recipe.ts';
