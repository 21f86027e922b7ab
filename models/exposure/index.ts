export { chooseExposed, type Outcomes, placesToGive } from './choose-exposed.ts';
export { drawBeta } from './draw-beta.ts';
export { type ExposureSettings, exposureSchema, noExposure } from './recipe.ts';
