import { areaUnderCurve } from '../../../models/customer-value/rankings.ts';
import { adjustedRand } from '../../../models/segmentation/clusters/cluster-quality.ts';
import type { SampleShop, Truth } from '../../../src/sample-shop/index.ts';
import { learnRules } from '../../../src/training/learners/association-rules.ts';
import { nightlyRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { fitLists } from '../../../src/training/learners/fit-lists.ts';
import { learnSegments } from '../../../src/training/learners/segmentation.ts';
import { type SampleSnapshot, snapshotOf } from '../data/sample-snapshot.ts';

/** Rules of the nightly recipe that are significant, by what was planted that explains them. */
export interface RulesFound {
  /** a pair is a rule in each of its two directions */
  planted: number;
  /** of them found, with exactly the planted count, support, confidence and lift */
  recovered: number;
  significant: number;
  /** rules that no pair explains, but one taste for all their items does */
  ofOneTaste: number;
  /** rules that nothing explains */
  false: number;
}

/** Of customers with a taste: of the first ten items of their list, and of ten popular ones. */
export interface TastesFound {
  customers: number;
  /** share of items that are of the customer's taste */
  list: number;
  popularity: number;
  /** the same of the first ten that the customer never bought */
  newItems: number;
  /** share of customers whose own taste is the one most of their list is of */
  leading: number;
}

/** Agreement with the planted habits (loyal, regular, one-time, lapsed), adjusted Rand; and two areas under the curve. */
export interface GroupsFound {
  customers: number;
  clusters: number;
  habitsByGroups: number;
  habitsByKlaviyo: number;
  habitsByClusters: number;
  /** share of customers of the habit that is the commonest in their cluster */
  clusterPurity: number;
  /** the price-sensitive, by the profile's discount share */
  priceSensitive: number;
  /** the rich, by the profile's average order */
  rich: number;
}

/** What the nightly recipes recover of the truth that is planted in a sample shop. */
export function recoverTruth(shop: SampleShop, asOf: number) {
  const sample = snapshotOf(shop, asOf);
  return {
    rules: recoverPairs(shop, sample),
    tastes: recoverTastes(shop, sample),
    groups: recoverGroups(shop, sample),
  };
}

function recoverPairs({ truth, items }: SampleShop, { snapshot, itemIds }: SampleSnapshot): RulesFound {
  const recipe = nightlyRecipes['association-rules'];
  const significant = learnRules(snapshot, recipe, { timeZone: 'UTC' }).rules.filter((rule) => rule.significant);
  const directions = truth.pairs().flatMap(({ first, second, kept: { orders, withFirst, withSecond, withBoth } }) => [
    {
      from: itemIds.indexOf(first),
      to: itemIds.indexOf(second),
      orders,
      withFrom: withFirst,
      withTo: withSecond,
      withBoth,
    },
    {
      from: itemIds.indexOf(second),
      to: itemIds.indexOf(first),
      orders,
      withFrom: withSecond,
      withTo: withFirst,
      withBoth,
    },
  ]);
  const recovered = directions.filter(({ from, to, orders, withFrom, withTo, withBoth }) =>
    significant.some(
      ({ antecedent, consequent, count, support, confidence, lift }) =>
        antecedent.length === 1 &&
        antecedent[0] === from &&
        consequent === to &&
        count === withBoth &&
        support === withBoth / orders &&
        confidence === withBoth / withFrom &&
        lift === (withBoth * orders) / (withFrom * withTo),
    ),
  );
  const partnerOf = new Map(directions.map(({ from, to }) => [from, to]));
  const tasteOf = tastesByCategory(truth);
  const unpaired = significant.filter(({ antecedent, consequent }) =>
    antecedent.every((item) => partnerOf.get(item) !== consequent),
  );
  const unexplained = unpaired.filter(({ antecedent, consequent }) => {
    const taste = tasteOf.get(items[consequent].category);
    return taste === undefined || antecedent.some((item) => tasteOf.get(items[item].category) !== taste);
  });
  return {
    planted: directions.length,
    recovered: recovered.length,
    significant: significant.length,
    ofOneTaste: unpaired.length - unexplained.length,
    false: unexplained.length,
  };
}

function tastesByCategory({ tastes }: Truth): Map<string, string> {
  return new Map(Object.entries(tastes).flatMap(([taste, of]) => of.map((category) => [category, taste] as const)));
}

const listLength = 10;

function recoverTastes({ truth, items }: SampleShop, { snapshot, customerIds }: SampleSnapshot): TastesFound {
  const lists = fitLists(snapshot, snapshot.asOf, nightlyRecipes, { seed: 1 });
  const tasteOf = tastesByCategory(truth);
  const tastesOf = (list: Iterable<number>) => Array.from(list, (item) => tasteOf.get(items[item].category));
  const popular = tastesOf(lists.popularity.ranking.slice(0, listLength));
  const found = { customers: 0, list: 0, popularity: 0, newItems: 0, leading: 0 };
  for (const { customerId, taste } of truth.customers()) {
    const customer = customerIds.indexOf(customerId);
    if (customer < 0 || taste === null) continue;
    const candidates = Array.from(lists.candidatesOf(customer).items);
    if (candidates.length < 2 * listLength) continue;
    const { offsets, indices } = lists.repurchases;
    const bought = new Set(indices.subarray(offsets[customer], offsets[customer + 1]));
    const share = (list: readonly (string | undefined)[], of: string) =>
      list.filter((one) => one === of).length / list.length;
    const list = tastesOf(candidates.slice(0, listLength));
    found.customers++;
    found.list += share(list, taste);
    found.popularity += share(popular, taste);
    found.newItems += share(tastesOf(candidates.filter((item) => !bought.has(item)).slice(0, listLength)), taste);
    const others = Object.keys(truth.tastes).filter((other) => other !== taste);
    if (others.every((other) => share(list, other) < share(list, taste))) found.leading++;
  }
  const { customers } = found;
  return {
    customers,
    list: found.list / customers,
    popularity: found.popularity / customers,
    newItems: found.newItems / customers,
    leading: found.leading / customers,
  };
}

function recoverGroups({ truth }: SampleShop, { snapshot, customerIds }: SampleSnapshot): GroupsFound {
  const { segments } = learnSegments(snapshot, nightlyRecipes.segmentation, {
    seed: 1,
    minorDigits: 2,
    timeZone: 'UTC',
    previous: undefined,
  });
  const planted = new Map([...truth.customers()].map((customer) => [customer.customerId, customer]));
  const indexOfKey = new Map(Array.from(snapshot.customerKeys, (key, customer) => [key, customer]));
  const truths = segments.map(({ customerKey }) => planted.get(customerIds[indexOfKey.get(customerKey)!])!);
  const habits = number(truths.map(({ habit }) => habit));
  const agreement = (parts: unknown[]) => adjustedRand(habits, number(parts));
  const area = (scores: number[], is: boolean[]) =>
    areaUnderCurve(Float64Array.from(scores), Uint8Array.from(is, Number));
  return {
    customers: segments.length,
    clusters: new Set(segments.map(({ cluster }) => cluster)).size,
    habitsByGroups: agreement(segments.map(({ group }) => group)),
    habitsByKlaviyo: agreement(segments.map(({ klaviyoGroup }) => klaviyoGroup)),
    habitsByClusters: agreement(segments.map(({ cluster }) => cluster)),
    clusterPurity: purityOf(number(segments.map(({ cluster }) => cluster)), habits),
    priceSensitive: area(
      segments.map(({ discountShare }) => discountShare ?? 0),
      truths.map(({ purse }) => purse === 'price-sensitive'),
    ),
    rich: area(
      segments.map(({ averageOrderMinor }) => averageOrderMinor),
      truths.map(({ purse }) => purse === 'rich'),
    ),
  };
}

function purityOf(parts: Uint8Array, truths: Uint8Array): number {
  const counts = new Map<number, number[]>();
  for (const [index, part] of parts.entries()) {
    const own = counts.get(part) ?? [];
    own[truths[index]] = (own[truths[index]] ?? 0) + 1;
    counts.set(part, own);
  }
  return [...counts.values()].reduce((sum, own) => sum + Math.max(...own.filter(Boolean)), 0) / parts.length;
}

function number(values: readonly unknown[]): Uint8Array {
  const distinct = [...new Set(values)];
  return Uint8Array.from(values, (value) => distinct.indexOf(value));
}
