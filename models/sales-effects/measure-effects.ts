import { studentQuantile } from '../campaign-effect/distributions.ts';
import type { Estimate } from '../campaign-effect/index.ts';
import { seededRandom, shuffle } from '../random.ts';
import { type Attribute, buildDesign, type EncodedAttribute, encode, type LeftOut, screen } from './attributes.ts';
import { type CountFit, fitCounts } from './fit-counts.ts';
import type { SalesEffectsRecipe } from './recipe.ts';

/** The items of a category. */
export interface CategorySales {
  /** by item: units sold, 0 or more */
  readonly sales: Float64Array;
  /** by item: how much it could sell, to any scale: days on sale, or impressions; one of 0 is left out */
  readonly exposure: Float64Array;
  /** by item: its mean price, above 0; where one is not known the item is left out. Without: prices are no matter */
  readonly prices?: Float64Array;
  readonly attributes: readonly Attribute[];
}

interface Effect {
  /** by how much more it sells, in percent; below 0: less */
  readonly percent: Estimate;
  /** how often the dealt out sales had an effect as clear, on whichever attribute (Westfall and Young 1993) */
  readonly adjustedPValue: number;
  readonly isBeyondChance: boolean;
}

/** What a level of an attribute does beside the commonest one. */
export interface AttributeEffect extends Effect {
  readonly attribute: string;
  readonly level: string;
  /** the level with which it is compared, all else equal */
  readonly reference: string;
  readonly items: number;
}

/** What sells in a category. */
export interface SalesEffects {
  readonly items: number;
  /** the variance of an item's sales is mean + dispersion × mean² */
  readonly dispersion: number;
  /** clearest first */
  readonly effects: readonly AttributeEffect[];
  /** of a price 10 % higher; the elasticity is that of the sales; null where no prices are given or they are all the same */
  readonly price: (Effect & { readonly elasticity: Estimate }) | null;
  /** attributes without effects, and why */
  readonly left: readonly { readonly attribute: string; readonly why: LeftOut }[];
}

/** Why a category is told nothing of. */
export interface EffectsRefusal {
  readonly refusal: 'too-few-items' | 'too-few-sales' | 'no-attributes' | 'does-not-settle';
}

/**
 * Which attributes of goods sell: a regularised log-linear regression of counts (see `fitCounts`) on the attributes and the
 * logarithm of the price, with the exposure as what sales are in proportion to.
 *
 * @param seed of the permutations
 * @throws RangeError where the figures contradict each other
 */
export function measureEffects(
  category: CategorySales,
  recipe: SalesEffectsRecipe,
  seed: number,
): SalesEffects | EffectsRefusal {
  check(category);
  const task = prepare(category, recipe);
  if ('refusal' in task) return task;
  const fitted = fitTask(task, recipe);
  if (!fitted) return { refusal: 'does-not-settle' };
  if (fitted.attributes.length === 0) return { refusal: 'no-attributes' };
  const chance = dealOut(task, fitted.fit.dispersion, recipe, seed);
  const student = studentQuantile(task.sales.length - fitted.fit.coefficients.length);
  const judge = (column: number) => {
    const { coefficient, error, clarity } = effectAt(fitted.fit, column);
    const adjustedPValue = (1 + chance.filter((clearest) => clearest >= clarity).length) / (1 + chance.length);
    const interval = { value: coefficient, low: coefficient - student * error, high: coefficient + student * error };
    return { interval, clarity, adjustedPValue, isBeyondChance: adjustedPValue <= recipe.falseAlarmRate };
  };
  const found = [...describeColumns(fitted.attributes, task.first.length)].map((described) => {
    const { interval, clarity, ...judged } = judge(described.column);
    const { attribute, level, reference, items } = described;
    return { clarity, effect: { attribute, level, reference, items, percent: toPercent(interval, 1), ...judged } };
  });
  return {
    items: task.sales.length,
    dispersion: fitted.fit.dispersion,
    effects: found.sort((one, other) => other.clarity - one.clarity).map(({ effect }) => effect),
    price: task.first.length > 1 ? describePrice(judge(1)) : null,
    left: [...task.left, ...fitted.left],
  };
}

interface Task {
  readonly sales: Float64Array;
  /** logarithms */
  readonly offsets: Float64Array;
  /** columns that are always there: 1, and the logarithm of the price less its mean */
  readonly first: readonly Float64Array[];
  readonly attributes: readonly EncodedAttribute[];
  readonly left: SalesEffects['left'];
}

/** What can be compared, or why nothing can. */
function prepare(category: CategorySales, recipe: SalesEffectsRecipe): Task | EffectsRefusal {
  const { prices } = category;
  const items = Uint32Array.from(category.sales.keys()).filter(
    (item) => category.exposure[item] > 0 && (!prices || prices[item] > 0),
  );
  if (items.length < recipe.minimumItems) return { refusal: 'too-few-items' };
  const sales = Float64Array.from(items, (item) => category.sales[item]);
  const selling = sales.filter((units) => units > 0);
  if (
    selling.length < recipe.minimumSellingItems ||
    selling.reduce((sum, units) => sum + units, 0) < recipe.minimumUnits
  ) {
    return { refusal: 'too-few-sales' };
  }
  const attributes: EncodedAttribute[] = [];
  const left: { attribute: string; why: LeftOut }[] = [];
  for (const attribute of category.attributes) {
    const codes = Int32Array.from(items, (item) => attribute.codes[item]);
    const encoded = encode({ ...attribute, codes }, recipe.minimumLevelItems);
    if (encoded) attributes.push(encoded);
    else left.push({ attribute: attribute.name, why: 'one-level' });
  }
  if (attributes.length === 0) return { refusal: 'no-attributes' };
  const first = [new Float64Array(items.length).fill(1)];
  if (prices) {
    const logarithms = Float64Array.from(items, (item) => Math.log(prices[item]));
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / items.length;
    const centred = logarithms.map((value) => value - mean);
    if (centred.some((value) => Math.abs(value) > 1e-9)) first.push(centred);
  }
  return {
    sales,
    offsets: Float64Array.from(items, (item) => Math.log(category.exposure[item])),
    first,
    attributes,
    left,
  };
}

interface Fitted {
  readonly fit: CountFit;
  readonly attributes: readonly EncodedAttribute[];
  readonly left: SalesEffects['left'];
}

/** Screens by what is left without attributes, then fits what is kept. */
function fitTask(
  { sales, offsets, first, attributes }: Task,
  { priorDeviation, itemsPerCoefficient }: SalesEffectsRecipe,
  near = 0,
): Fitted | undefined {
  const settings = { priorDeviation, near };
  const plain = fitCounts({ design: buildDesign(first, []), columns: first.length, sales, offsets }, settings);
  if (!plain) return undefined;
  const residuals = plain.expected.map((mean, item) => (sales[item] - mean) / mean);
  const weights = plain.expected.map((mean) => mean / (1 + plain.dispersion * mean));
  const { kept, left } = screen(attributes, { first, residuals, weights }, { itemsPerCoefficient });
  const columns = first.length + kept.reduce((sum, { levels }) => sum + levels.length, 0);
  const fit = fitCounts({ design: buildDesign(first, kept), columns, sales, offsets }, settings);
  return fit && { fit, attributes: kept, left };
}

/**
 * The clearest effect of each of many categories in which sales and exposure are dealt out anew among the items, so that no
 * attribute says anything of them; everything else, screening too, is done as with the true ones.
 */
function dealOut(task: Task, near: number, recipe: SalesEffectsRecipe, seed: number): number[] {
  const random = seededRandom(seed);
  const order = Uint32Array.from(task.sales.keys());
  return Array.from({ length: recipe.permutations }, () => {
    shuffle(order, random);
    const dealt = {
      ...task,
      sales: Float64Array.from(order, (item) => task.sales[item]),
      offsets: Float64Array.from(order, (item) => task.offsets[item]),
    };
    const fitted = fitTask(dealt, recipe, near);
    // What does not settle speaks for no effect being clear.
    if (!fitted) return Infinity;
    const columns = [...describeColumns(fitted.attributes, task.first.length)].map(({ column }) => column);
    if (task.first.length > 1) columns.push(1);
    return columns.reduce((most, column) => Math.max(most, effectAt(fitted.fit, column).clarity), 0);
  });
}

/** The columns of which something is told. */
function* describeColumns(attributes: readonly EncodedAttribute[], first: number) {
  let column = first;
  for (const { name, reference, levels, items } of attributes) {
    for (const [place, level] of levels.entries()) {
      if (level !== null) yield { attribute: name, level, reference, items: items[place], column };
      column++;
    }
  }
}

function effectAt({ coefficients, covariance }: CountFit, column: number) {
  const error = Math.sqrt(covariance[column * coefficients.length + column]);
  return { coefficient: coefficients[column], error, clarity: Math.abs(coefficients[column]) / error };
}

function describePrice({
  interval,
  adjustedPValue,
  isBeyondChance,
}: {
  interval: Estimate;
  adjustedPValue: number;
  isBeyondChance: boolean;
}) {
  return { elasticity: interval, percent: toPercent(interval, Math.log(1.1)), adjustedPValue, isBeyondChance };
}

/** What `units` of a coefficient make, in percent. */
function toPercent({ value, low, high }: Estimate, units: number): Estimate {
  const percent = (coefficient: number) => 100 * Math.expm1(units * coefficient);
  return { value: percent(value), low: percent(low), high: percent(high) };
}

function check({ sales, exposure, prices, attributes }: CategorySales): void {
  for (const [name, values] of Object.entries({ sales, exposure })) {
    const faulty = values.findIndex((value) => !(value >= 0 && value < Infinity));
    if (faulty >= 0) throw new RangeError(`${name}[${faulty}] must be 0 or more, not ${values[faulty]}`);
  }
  const lengths = { exposure, prices, ...Object.fromEntries(attributes.map(({ name, codes }) => [name, codes])) };
  for (const [name, values] of Object.entries(lengths)) {
    if (values && values.length !== sales.length) {
      throw new RangeError(`${name} must hold ${sales.length} values, one an item, not ${values.length}`);
    }
  }
  for (const { name, levels, codes } of attributes) {
    const faulty = codes.findIndex((code) => code >= levels.length);
    if (faulty >= 0) throw new RangeError(`${name}: code ${codes[faulty]} has no level`);
  }
}
