import { cholesky } from '../cholesky.ts';
import type { SalesEffectsRecipe } from './recipe.ts';

/** What goods are: a colour, a brand, a material. */
export interface Attribute {
  readonly name: string;
  readonly levels: readonly string[];
  /** by item: place in `levels`; below 0: unknown */
  readonly codes: Int32Array;
}

/** An attribute as columns of 0 and 1. */
export interface EncodedAttribute {
  readonly name: string;
  /** the level of most items, with which the others are compared */
  readonly reference: string;
  /** by column: its level; null: those of few items together, and the unknown ones, of which nothing is told */
  readonly levels: readonly (string | null)[];
  /** by column: how many items have it */
  readonly items: readonly number[];
  /** by item: its column; −1: the reference */
  readonly columns: Int32Array;
}

/** Why an attribute has no effects. */
export type LeftOut = 'one-level' | 'told-by-others' | 'too-many-levels';

/** @returns undefined where there are not two levels of `minimumLevelItems` items */
export function encode(attribute: Attribute, minimumLevelItems: number): EncodedAttribute | undefined {
  const counts = new Uint32Array(attribute.levels.length);
  for (const code of attribute.codes) if (code >= 0) counts[code]++;
  const common = [...counts.keys()]
    .filter((level) => counts[level] >= minimumLevelItems)
    .sort((one, other) => counts[other] - counts[one] || one - other);
  if (common.length < 2) return undefined;
  const [reference, ...compared] = common;
  const columnOf = new Int32Array(counts.length).fill(compared.length);
  columnOf[reference] = -1;
  for (const [column, level] of compared.entries()) columnOf[level] = column;
  const columns = attribute.codes.map((code) => (code >= 0 ? columnOf[code] : compared.length));
  const pooled = columns.reduce((sum, column) => sum + Number(column === compared.length), 0);
  return {
    name: attribute.name,
    reference: attribute.levels[reference],
    levels: [...compared.map((level) => attribute.levels[level]), ...(pooled > 0 ? [null] : [])],
    items: [...compared.map((level) => counts[level]), ...(pooled > 0 ? [pooled] : [])],
    columns,
  };
}

export interface Screened {
  readonly kept: readonly EncodedAttribute[];
  readonly left: readonly { readonly attribute: string; readonly why: LeftOut }[];
}

/**
 * Chooses attributes by how much each by itself tells of the sales (sure independence screening: Fan and Lv 2008), while there are
 * `itemsPerCoefficient` items for each coefficient; one that others tell is left out.
 *
 * @param first columns that are always there, each of `residuals.length`
 * @param residuals by item: by how much it sells more than expected without attributes, of the expected
 * @param weights by item: the inverse of the residual's variance
 */
export function screen(
  attributes: readonly EncodedAttribute[],
  { first, residuals, weights }: { first: readonly Float64Array[]; residuals: Float64Array; weights: Float64Array },
  { itemsPerCoefficient }: Pick<SalesEffectsRecipe, 'itemsPerCoefficient'>,
): Screened {
  const most = Math.floor(residuals.length / itemsPerCoefficient);
  const strengths = attributes.map((attribute) => strengthOf(attribute, residuals, weights));
  const order = [...attributes.keys()].sort((one, other) => strengths[other] - strengths[one] || one - other);
  const kept: EncodedAttribute[] = [];
  const left: { attribute: string; why: LeftOut }[] = [];
  let columns = first.length;
  for (const place of order) {
    const attribute = attributes[place];
    const added = columns + attribute.levels.length;
    const why = added > most ? 'too-many-levels' : isTold(first, [...kept, attribute]) ? 'told-by-others' : undefined;
    if (why) left.push({ attribute: attribute.name, why });
    else {
      kept.push(attribute);
      columns = added;
    }
  }
  return { kept, left };
}

/** Variance of the residuals between the levels over that within them: the F statistic of a weighted analysis of variance. */
function strengthOf({ columns, levels }: EncodedAttribute, residuals: Float64Array, weights: Float64Array): number {
  const groups = levels.length + 1;
  const [sums, masses] = [new Float64Array(groups), new Float64Array(groups)];
  let [squares, total, mass] = [0, 0, 0];
  for (let item = 0; item < residuals.length; item++) {
    const weighted = weights[item] * residuals[item];
    sums[columns[item] + 1] += weighted;
    masses[columns[item] + 1] += weights[item];
    squares += weighted * residuals[item];
    total += weighted;
    mass += weights[item];
  }
  let between = -(total * total) / mass;
  for (let group = 0; group < groups; group++) if (masses[group] > 0) between += sums[group] ** 2 / masses[group];
  const within = Math.max(squares - total ** 2 / mass - between, 1e-12 * squares);
  return between / levels.length / (within / Math.max(1, residuals.length - groups));
}

/** Of a column's variation at least this share must be its own. */
const own = 0.01;

/** Whether the last attribute has a column that the others tell nearly. */
function isTold(first: readonly Float64Array[], attributes: readonly EncodedAttribute[]): boolean {
  const design = buildDesign(first, attributes);
  const columns = first.length + attributes.reduce((sum, { levels }) => sum + levels.length, 0);
  const gram = new Float64Array(columns * columns);
  for (let at = 0; at < design.length; at += columns) {
    for (let row = 0; row < columns; row++) {
      const value = design[at + row];
      if (value !== 0)
        for (let column = 0; column < columns; column++) gram[row * columns + column] += value * design[at + column];
    }
  }
  return cholesky(gram, columns, own) === undefined;
}

/** Items × columns by rows: the given columns, then those of the attributes. */
export function buildDesign(first: readonly Float64Array[], attributes: readonly EncodedAttribute[]): Float64Array {
  const items = first[0].length;
  const columns = first.length + attributes.reduce((sum, { levels }) => sum + levels.length, 0);
  const design = new Float64Array(items * columns);
  for (let item = 0; item < items; item++) {
    for (const [place, column] of first.entries()) design[item * columns + place] = column[item];
    let next = first.length;
    for (const attribute of attributes) {
      if (attribute.columns[item] >= 0) design[item * columns + next + attribute.columns[item]] = 1;
      next += attribute.levels.length;
    }
  }
  return design;
}
