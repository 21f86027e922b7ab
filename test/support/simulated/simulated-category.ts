import type { CategorySales } from '../../../models/sales-effects/index.ts';
import { drawGamma, drawNormal, drawPoisson } from './counts.ts';

/** What the attributes of a simulated category truly do, as logarithms; levels not named do nothing. */
export const plantedEffects = {
  colour: { blue: 0.5, green: -0.4 } as Record<string, number>,
  material: { wool: 0.3 } as Record<string, number>,
  elasticity: -1.2,
};

const colours = ['red', 'blue', 'green', 'grey'];
const materials = ['cotton', 'wool'];
const shapes = ['round', 'square', 'long'];

/**
 * A category of goods of which colour, material and price decide how well they sell, and shape does nothing. What else sells
 * an item is a gamma variable of the stated variance.
 *
 * @param options.isIdle nothing decides: all effects are none
 */
export function drawCategory(
  random: () => number,
  { items, variance = 0.5, isIdle = false }: { items: number; variance?: number; isIdle?: boolean },
): CategorySales {
  const draw = (count: number) => Int32Array.from({ length: items }, () => Math.floor(count * random() ** 1.3));
  const codes = { colour: draw(colours.length), material: draw(materials.length), shape: draw(shapes.length) };
  const prices = Float64Array.from({ length: items }, () => 20 * Math.exp(0.4 * drawNormal(random)));
  const exposure = Float64Array.from({ length: items }, () => 20 + Math.floor(160 * random()));
  const sales = exposure.map((days, item) => {
    const effect =
      (plantedEffects.colour[colours[codes.colour[item]]] ?? 0) +
      (plantedEffects.material[materials[codes.material[item]]] ?? 0) +
      plantedEffects.elasticity * Math.log(prices[item] / 20);
    return drawPoisson(random, 0.15 * days * Math.exp(isIdle ? 0 : effect) * drawGamma(random, variance));
  });
  const attributes = [
    { name: 'colour', levels: colours, codes: codes.colour },
    { name: 'material', levels: materials, codes: codes.material },
    { name: 'shape', levels: shapes, codes: codes.shape },
  ];
  return { sales, exposure, prices, attributes };
}
