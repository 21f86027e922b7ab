/** What K-means may look at; the first three are always known. */
export const featureNames = [
  'recency',
  'frequency',
  'monetary',
  'basketSize',
  'breadth',
  'discountShare',
  'eveningShare',
  'weekendShare',
] as const;

/** A feature of a customer that K-means may look at. */
export type FeatureName = (typeof featureNames)[number];

/** One feature of every customer. */
export interface FeatureColumn {
  readonly name: FeatureName;
  /** NaN: not known of this customer, who then counts as the average one */
  readonly values: ArrayLike<number>;
  /** of a share: from how many orders or lines each customer's is; a share of few says little */
  readonly evidence?: ArrayLike<number>;
}

/** Orders or lines by which every share is pulled to the share of all customers together. */
const priorEvidence = 5;

const isShare = (name: FeatureName) => name.endsWith('Share');

/**
 * A feature on the scale on which distances mean something: ln(1 + value) of amounts and counts, values below 0 (money
 * after refunds) counting as 0; of shares the mean of the customer's own and the pooled one, weighted by the evidence
 * (what is 0 or 1 after a single order would otherwise part the customers by chance).
 *
 * @throws RangeError when a value of recency, frequency or monetary is not finite, or lengths differ
 */
export function toScale({ name, values, evidence }: FeatureColumn): Float64Array {
  const count = values.length;
  if (!isShare(name)) {
    const average = meanOfKnown(values);
    return fill(count, (index) => (Number.isNaN(values[index]) ? average : toLogarithm(values[index])));
  }
  if (evidence?.length !== count) {
    throw new RangeError(`${name} must come with evidence for each of its ${count} values`);
  }
  let sum = 0;
  let weight = 0;
  for (let index = 0; index < count; index++) {
    if (Number.isNaN(values[index])) continue;
    sum += values[index] * evidence[index];
    weight += evidence[index];
  }
  const pooled = weight > 0 ? sum / weight : 0;
  return fill(count, (index) =>
    Number.isNaN(values[index])
      ? pooled
      : (values[index] * evidence[index] + pooled * priorEvidence) / (evidence[index] + priorEvidence),
  );
}

/**
 * The value that lies so on the feature's scale: `toScale` turned around, but for what shares were pulled by.
 *
 * @returns in the feature's own unit: days, orders, money, lines, categories, or a share of 1
 */
export function fromScale(name: FeatureName, scaled: number): number {
  return isShare(name) ? scaled : Math.expm1(scaled);
}

/**
 * Recency, frequency and monetary as features, for a clustering of RFM alone.
 *
 * @param values one for each customer: whole days since the last order, orders, money in whole currency units
 */
export function rfmFeatures(values: {
  recencyDays: ArrayLike<number>;
  frequency: ArrayLike<number>;
  monetary: ArrayLike<number>;
}): FeatureColumn[] {
  return [
    { name: 'recency', values: values.recencyDays },
    { name: 'frequency', values: values.frequency },
    { name: 'monetary', values: values.monetary },
  ];
}

/** @throws RangeError naming the feature whose length differs or whose value is no number */
export function requireFeatures(features: readonly FeatureColumn[]): void {
  const count = features[0]?.values.length ?? 0;
  for (const { name, values } of features) {
    if (values.length !== count) {
      throw new RangeError(`${name} must hold ${count} values as ${features[0].name} does, not ${values.length}`);
    }
    const mayBeUnknown = !['recency', 'frequency', 'monetary'].includes(name);
    for (let index = 0; index < count; index++) {
      if (Number.isFinite(values[index]) || (mayBeUnknown && Number.isNaN(values[index]))) continue;
      throw new RangeError(`${name}[${index}] must be a finite number, not ${values[index]}`);
    }
  }
}

/** Many times faster than `Float64Array.from` with a function. */
export function fill(count: number, valueAt: (index: number) => number): Float64Array {
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) values[index] = valueAt(index);
  return values;
}

function toLogarithm(value: number): number {
  return Math.log1p(Math.max(0, value));
}

/** Of the logarithms. */
function meanOfKnown(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if (Number.isNaN(values[index])) continue;
    sum += toLogarithm(values[index]);
    count++;
  }
  return count > 0 ? sum / count : 0;
}
