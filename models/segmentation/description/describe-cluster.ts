import type { Clustering } from '../clusters/clustering.ts';
import { type FeatureName, featureNames, fromScale } from '../features.ts';
import type { MemberRule, Range } from './rule-tree.ts';

/** A feature in which the members of a cluster differ from all customers. */
export interface ClusterDifference {
  readonly feature: FeatureName;
  /** members' mean less that of all, in standard deviations on the feature's scale */
  readonly deviations: number;
  /** the mean on that scale turned back into the feature's own unit, of the members and of all customers */
  readonly typical: number;
  readonly typicalOfAll: number;
  readonly words: string;
}

interface Wording {
  /** a value, as in "10.1 orders" */
  readonly value: (value: number) => string;
  readonly less: string;
  readonly more: string;
  readonly range: (from: number | undefined, below: number | undefined) => string;
  /** a border that people would name, near this one */
  readonly round: (value: number) => number;
}

const whole = (value: number) => Math.round(value).toString();
const tenth = (value: number) => (Math.round(value * 10) / 10).toString();
const percent = (share: number) => `${Math.round(100 * share)} %`;
const twoDigits = (value: number) => (value === 0 ? 0 : Number(value.toPrecision(2)));
const roundHalf = (value: number) => Math.round(value * 2) / 2;
const roundShare = (value: number) => Math.round(value * 20) / 20;
const plural = (count: string, one: string, many = `${one}s`) => `${count} ${count === '1' ? one : many}`;
const sayDays = (days: number) => `${plural(whole(days), 'day')} ago`;

/** "a or more", "less than b", "a to less than b" of an amount. */
const amounts =
  (say: (value: number) => string, before: string, after = '') =>
  (from: number | undefined, below: number | undefined) => {
    const range =
      from === undefined
        ? `less than ${say(below!)}`
        : below === undefined
          ? `${say(from)} or more`
          : `${say(from)} to less than ${say(below)}`;
    return [before, range, after].filter((part) => part !== '').join(' ');
  };

/** Ranges of whole numbers, both ends named. */
const counts = (one: string, many?: string) => {
  const say = (count: number) => plural(whole(count), one, many);
  return (from: number | undefined, below: number | undefined): string => {
    if (from === undefined) return below === 2 ? `only ${say(1)}` : `at most ${say(below! - 1)}`;
    if (below === undefined) return `${say(from)} or more`;
    return from === below - 1 ? say(from) : `${whole(from)} to ${say(below - 1)}`;
  };
};

const shareOf = (of: string): Pick<Wording, 'value' | 'range' | 'round'> => ({
  value: (share) => `${percent(share)} of ${of}`,
  range: amounts(percent, '', `of ${of}`),
  round: roundShare,
});

const wordings: Readonly<Record<FeatureName, Wording>> = {
  recency: {
    value: sayDays,
    less: 'bought more lately',
    more: 'bought longer ago',
    range: (from, below) => {
      if (from === undefined) return `last order at most ${sayDays(below! - 1)}`;
      if (below === undefined) return `last order ${sayDays(from)} or longer`;
      return `last order ${from === below - 1 ? '' : `${whole(from)} to `}${sayDays(below - 1)}`;
    },
    round: (value) => Math.max(1, twoDigits(Math.round(value))),
  },
  frequency: {
    value: (orders) => plural(tenth(orders), 'order'),
    less: 'order less often',
    more: 'order more often',
    range: counts('order'),
    round: Math.ceil,
  },
  monetary: {
    value: (money) => `${twoDigits(money)}`,
    less: 'spend less',
    more: 'spend more',
    range: amounts((money) => `${twoDigits(money)}`, 'spent'),
    round: twoDigits,
  },
  basketSize: {
    value: (lines) => `${plural(tenth(lines), 'line')} an order`,
    less: 'have smaller baskets',
    more: 'have larger baskets',
    range: amounts(tenth, '', 'lines an order'),
    round: roundHalf,
  },
  breadth: {
    value: (categories) => plural(tenth(categories), 'category', 'categories'),
    less: 'buy from fewer categories',
    more: 'buy from more categories',
    range: counts('category', 'categories'),
    round: Math.ceil,
  },
  discountShare: {
    ...shareOf('the lines below list price'),
    less: 'buy less at a discount',
    more: 'buy more at a discount',
  },
  eveningShare: {
    ...shareOf('the orders in the evening'),
    less: 'buy less in the evening',
    more: 'buy more in the evening',
  },
  weekendShare: {
    ...shareOf('the orders at the weekend'),
    less: 'buy less at the weekend',
    more: 'buy more at the weekend',
  },
};

const mostDifferences = 3;
const leastDeviations = 0.3;

/**
 * Rounds to a border that people would name, such as 40 days or 5 orders.
 *
 * @returns a function of a value in the feature's own unit
 */
export function borderRounding(feature: FeatureName): (value: number) => number {
  return wordings[feature].round;
}

/**
 * A rule as a sentence: "last order at most 40 days ago and 5 orders or more".
 *
 * @param rule of `describeMembers`; without alternatives the sentence says that there is none
 */
export function sayRule({ alternatives }: Pick<MemberRule, 'alternatives'>): string {
  if (alternatives.length === 0) return 'no rule of three questions finds them';
  const saySide = (ranges: readonly Range[]) =>
    [...ranges]
      .sort((a, b) => featureNames.indexOf(a.feature) - featureNames.indexOf(b.feature))
      .map(({ feature, from, below }) => wordings[feature].range(from, below))
      .join(' and ');
  return alternatives.some((ranges) => ranges.length === 0)
    ? 'every customer'
    : alternatives.map(saySide).join(', or ');
}

/**
 * Where the members of a cluster differ most from all customers, the largest difference first: at most three, each of 0.3
 * standard deviations or more.
 *
 * @param id of one of the clusters
 */
export function distinguish(
  clustering: Pick<Clustering, 'features' | 'clusters' | 'means' | 'deviations'>,
  id: number,
): ClusterDifference[] {
  const cluster = clustering.clusters.find((one) => one.id === id)!;
  return clustering.features
    .map((feature, axis): ClusterDifference => {
      const deviations = cluster.standardised[axis];
      const { value, less, more } = wordings[feature];
      const typicalOfAll = fromScale(feature, clustering.means[axis]);
      const typical = fromScale(feature, clustering.means[axis] + deviations * clustering.deviations[axis]);
      const words = `${deviations < 0 ? less : more} (typically ${value(typical)}, all customers ${value(typicalOfAll)})`;
      return { feature, deviations, typical, typicalOfAll, words };
    })
    .filter(({ deviations }) => Math.abs(deviations) >= leastDeviations)
    .sort((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations))
    .slice(0, mostDifferences);
}

/**
 * A cluster's name on its first night, by where its members lie against all customers: half a standard deviation parts low,
 * middle and high. Features that were left out say nothing.
 *
 * @param id of one of the clusters
 */
export function nameCluster(clustering: Clustering, id: number): string {
  const { standardised } = clustering.clusters.find((one) => one.id === id)!;
  const say = (feature: FeatureName, [low, middle, high]: [string, string, string]) => {
    const axis = clustering.features.indexOf(feature);
    if (axis < 0) return [];
    const score = standardised[axis];
    return [score < -0.5 ? low : score > 0.5 ? high : middle];
  };
  return [
    ...say('recency', ['bought lately', 'bought some time ago', 'bought long ago']),
    ...say('frequency', ['seldom', 'now and then', 'often']),
    ...say('monetary', ['spends little', 'spends a middling sum', 'spends much']),
  ].join(', ');
}
