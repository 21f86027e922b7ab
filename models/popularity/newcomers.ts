import { ndcgAt } from '../evaluation/metrics.ts';
import { mean } from '../statistics.ts';

/** First orders of customers, one a position, and what was known of who made them. */
export interface FirstOrders {
  /** the distinct items of first order n: items[offsets[n] .. offsets[n + 1]) */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** days between the order and the run's as_of */
  readonly ageDays: Float64Array;
  /** by name: of each first order the value, undefined where it was not known */
  readonly traits: Readonly<Record<string, readonly (string | undefined)[]>>;
}

/** By what popularity is multiplied for newcomers of whom something is known. */
export interface NewcomerTaste {
  readonly trait: string;
  readonly value: string;
  /** of items that are not named */
  readonly rest: number;
  readonly items: Uint32Array;
  /** beside the items */
  readonly lifts: Float64Array;
}

/** What came of looking whether newcomers are offered better than popular goods. */
export interface NewcomerTastes {
  /** empty where popular goods are as good */
  readonly tastes: readonly NewcomerTaste[];
  /** that were chosen, whether or not they are used */
  readonly traits: readonly string[];
  /** newcomers who chose nothing, by whom both were judged; 0: there are too few */
  readonly customers: number;
  /** mean NDCG@20 */
  readonly ndcg: number;
  readonly popularNdcg: number;
  /** standard error of the difference */
  readonly error: number;
}

/** Known of every newcomer: that they are new. */
export const everybody = 'newcomers';

/** Newcomers of the last days choose and judge; those before teach. */
export const judgedDays = 28;
/** Fewer of either tell nothing. */
const leastJudged = 100;
const leastTeachers = 100;
/** Of fewer newcomers a value is not looked at: it might say who they are, and tells little. */
const leastOfValue = 30;
/** What fewer of them bought is told of none. */
const fewestBuyers = 5;
const mostItems = 300;
const mostTraits = 3;
const mostValues = 50;
const mostCandidates = 9;
const places = 20;
/** Items bought that the expectation weighs as much as. */
const priors = [30, 300, 3_000];
/** Standard errors that must be gained: one in twenty that gains nothing does. */
const noise = 1.64;

/**
 * Learns from first orders what newcomers buy of whom something is known beside what everybody buys: of a value with c items bought, n
 * of them this one, of which p are expected, its popularity is multiplied by (n + k p) / ((c + k) p). Which traits count, and the prior k,
 * is chosen by half of the newcomers of the last 28 days from what those before them bought, and taken only where it is better than
 * popular goods beyond noise for the other half.
 *
 * @param popularity by item: `before` as it was when those days began, `now`
 */
export function learnNewcomers(
  orders: FirstOrders,
  popularity: { readonly before: Float64Array; readonly now: Float64Array },
): NewcomerTastes {
  const all = Array.from(orders.ageDays.keys());
  const teachers = all.filter((order) => orders.ageDays[order] >= judgedDays);
  const recent = all.filter((order) => orders.ageDays[order] < judgedDays && hasAny(orders, order, popularity.before));
  const [choosing, judging] = [recent.filter((_, at) => at % 2 === 0), recent.filter((_, at) => at % 2 === 1)];
  if (judging.length < leastJudged || teachers.length < leastTeachers) {
    return { tastes: [], traits: [], customers: 0, ndcg: 0, popularNdcg: 0, error: 0 };
  }
  const given = { ...orders, traits: { ...orders.traits, [everybody]: all.map(() => 'yes') } };
  const before = rankOf(popularity.before);
  const names = mostTold(given.traits, teachers);
  const judge = (of: readonly number[], traits: readonly string[], prior: number) => {
    const tastes = learnTastes(given, teachers, popularity.before, { traits, prior });
    return judgeBy(given, of, before, traits, tastes);
  };
  let best = { traits: [] as readonly string[], prior: priors[0], ndcg: mean(judge(choosing, [], priors[0])) };
  for (let grown = true; grown && best.traits.length < mostTraits; ) {
    grown = false;
    const from = best.traits;
    for (const trait of names) {
      if (from.includes(trait)) continue;
      for (const prior of priors) {
        const traits = [...from, trait];
        const ndcg = mean(judge(choosing, traits, prior));
        if (ndcg > best.ndcg) {
          best = { traits, prior, ndcg };
          grown = true;
        }
      }
    }
  }
  const ours = judge(judging, best.traits, best.prior);
  const theirs = judge(judging, [], best.prior);
  const gains = ours.map((figure, at) => figure - theirs[at]);
  const gain = mean(gains);
  const error = Math.sqrt(gains.reduce((sum, each) => sum + (each - gain) ** 2, 0)) / gains.length;
  const isBetter = gain > noise * error;
  return {
    tastes: isBetter ? learnTastes(given, all, popularity.now, best) : [],
    traits: best.traits,
    customers: judging.length,
    ndcg: mean(ours),
    popularNdcg: mean(theirs),
    error,
  };
}

/** The traits that are known of most, and that they are new. */
function mostTold(traits: FirstOrders['traits'], teachers: readonly number[]): string[] {
  const told = (trait: string) => teachers.reduce((sum, order) => sum + Number(traits[trait][order] !== undefined), 0);
  return Object.keys(traits)
    .map((trait) => ({ trait, count: told(trait) }))
    .filter(({ count }) => count >= leastOfValue)
    .sort((one, other) => other.count - one.count || (one.trait < other.trait ? -1 : 1))
    .slice(0, mostCandidates)
    .map(({ trait }) => trait);
}

/** Popular items as they are weighed for somebody. @param known what is known of them, each with its lifts by item */
export function weighForNewcomer(
  popular: { readonly items: ArrayLike<number>; readonly scores: ArrayLike<number> },
  known: readonly { readonly rest: number; readonly lifts: ReadonlyMap<number, number> }[],
): { items: Int32Array; scores: Float64Array } {
  const named = new Set(known.flatMap(({ lifts }) => [...lifts.keys()]));
  const rest = known.reduce((product, each) => product * each.rest, 1);
  const head: { item: number; score: number; rank: number }[] = [];
  const tail: number[] = [];
  for (let rank = 0; rank < popular.items.length; rank++) {
    const item = popular.items[rank];
    if (rank >= reach && !named.has(item)) {
      tail.push(rank);
      continue;
    }
    let score = popular.scores[rank];
    for (const { rest: usual, lifts } of known) score *= lifts.get(item) ?? usual;
    head.push({ item, score, rank });
  }
  head.sort((one, other) => other.score - one.score || one.rank - other.rank);
  const least = head.at(-1)?.score ?? Number.POSITIVE_INFINITY;
  const greatest = head[0]?.score > 0 ? head[0].score : 1;
  return {
    items: Int32Array.from([...head.map(({ item }) => item), ...tail.map((rank) => popular.items[rank])]),
    scores: Float64Array.from(
      [...head.map(({ score }) => score), ...tail.map((rank) => Math.min(least, popular.scores[rank] * rest))],
      (score) => score / greatest,
    ),
  };
}

/** So many of the most popular change places, and what is named. */
const reach = 1_000;

function hasAny({ offsets, items }: FirstOrders, order: number, popularity: Float64Array): boolean {
  for (let at = offsets[order]; at < offsets[order + 1]; at++) if (popularity[items[at]] > 0) return true;
  return false;
}

function rankOf(scores: Float64Array) {
  const items = Uint32Array.from(scores.keys())
    .filter((item) => scores[item] > 0)
    .sort((one, other) => scores[other] - scores[one] || one - other)
    .slice(0, 2 * reach);
  return { items, scores: Float64Array.from(items, (item) => scores[item]) };
}

/** NDCG@20 of what some newcomers bought first. */
function judgeBy(
  { offsets, items, traits: values }: FirstOrders,
  of: readonly number[],
  popular: ReturnType<typeof rankOf>,
  traits: readonly string[],
  tastes: readonly NewcomerTaste[],
): number[] {
  const byValue = new Map(tastes.map((taste) => [`${taste.trait}\n${taste.value}`, servedTasteOf(taste)]));
  const lists = new Map<string, ArrayLike<number>>();
  return of.map((order) => {
    const keys = traits.map((trait) => `${trait}\n${values[trait][order]}`);
    const key = keys.join('\t');
    if (!lists.has(key)) {
      const known = keys.flatMap((each) => byValue.get(each) ?? []);
      lists.set(key, known.length > 0 ? weighForNewcomer(popular, known).items.subarray(0, places) : popular.items);
    }
    return ndcgAt(places, lists.get(key)!, new Set(items.subarray(offsets[order], offsets[order + 1])));
  });
}

/** A taste by item. */
function servedTasteOf({ rest, items, lifts }: NewcomerTaste) {
  return { rest, lifts: new Map(Array.from(items, (item, at) => [item, lifts[at]])) };
}

function learnTastes(
  orders: FirstOrders,
  teachers: readonly number[],
  popularity: Float64Array,
  { traits, prior }: { traits: readonly string[]; prior: number },
): NewcomerTaste[] {
  const itemCount = popularity.length;
  const total = popularity.reduce((sum, score) => sum + score, 0);
  const shares = popularity.map((score) => score / total);
  const whole = count(orders, teachers, itemCount);
  const expected = traits.includes(everybody)
    ? shares.map((share, item) => (whole.bought[item] + prior * share) / (whole.sum + prior))
    : shares;
  return traits.flatMap((trait) => {
    const values = orders.traits[trait];
    const ofValue = new Map<string, number[]>();
    for (const order of teachers) {
      const value = values[order];
      if (value === undefined) continue;
      if (!ofValue.has(value)) ofValue.set(value, []);
      ofValue.get(value)!.push(order);
    }
    return [...ofValue]
      .filter(([, own]) => own.length >= leastOfValue)
      .sort(([one, ofOne], [other, ofOther]) => ofOther.length - ofOne.length || (one < other ? -1 : 1))
      .slice(0, mostValues)
      .map(([value, own]) => {
        const { bought, sum } = count(orders, own, itemCount);
        const beside = trait === everybody ? shares : expected;
        const items = Uint32Array.from(bought.keys())
          .filter((item) => bought[item] >= fewestBuyers && popularity[item] > 0)
          .sort((one, other) => bought[other] - bought[one] || one - other)
          .slice(0, mostItems);
        const lifts = Float64Array.from(
          items,
          (item) => (bought[item] + prior * beside[item]) / ((sum + prior) * beside[item]),
        );
        return { trait, value, rest: prior / (sum + prior), items, lifts };
      });
  });
}

/** How many of these orders have each item, and of all items together. */
function count({ offsets, items }: FirstOrders, of: readonly number[], itemCount: number) {
  const bought = new Uint32Array(itemCount);
  let sum = 0;
  for (const order of of) {
    for (let at = offsets[order]; at < offsets[order + 1]; at++) bought[items[at]]++;
    sum += offsets[order + 1] - offsets[order];
  }
  return { bought, sum };
}
