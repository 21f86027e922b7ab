import { recipe as effectRecipe, measureCampaign } from '../../../models/campaign-effect/index.ts';
import { seededRandom, shuffle } from '../../../models/random.ts';
import {
  type CategorySales,
  recipe as effectsRecipe,
  measureEffects,
  measurePrice,
  type PricedSales,
} from '../../../models/sales-effects/index.ts';
import { measureTrends, recipe as trendsRecipe, weekdayExposure } from '../../../models/trends/index.ts';
import { generateSampleShop, type SampleShop } from '../../../src/sample-shop/index.ts';
import { drawGamma, drawNormal, drawPoisson } from '../../support/simulated/counts.ts';
import { toDemand } from '../../support/simulated/daily-demand.ts';
import { counterCategories, counterPrices, plantedPercent } from '../../support/simulated/sample-categories.ts';
import { drawCategory, plantedEffects } from '../../support/simulated/simulated-category.ts';

/**
 * How often what is found in simulated shops is there, and how often something is found where nothing is.
 *
 *     npm run bench:simulated-shops -- [trends | sales-effects | sample-shop | lists] [shops]
 */
const days = 196;
const members = 30;

/** Of the first six members three double and three halve 28 days before the end, or nothing changes. */
function drawCounts(random: () => number, rate: number, dispersion: number, isChanged: boolean) {
  return toDemand(
    Array.from({ length: members }, (_, member) => {
      const own = rate * Math.exp(0.7 * drawNormal(random));
      return Array.from({ length: days }, (_, day) => {
        const mean = own * (day % 7 < 2 ? 1.5 : 0.8) * (day >= days - 28 && isChanged ? truthOf(member) : 1);
        return drawPoisson(random, dispersion > 0 ? mean * drawGamma(random, dispersion) : mean);
      });
    }),
  );
}

function truthOf(member: number): number {
  if (member >= 6) return 1;
  return member % 2 === 0 ? 2 : 0.5;
}

function judgeTrends(rate: number, dispersion: number, shops: number): Record<string, string> {
  const random = seededRandom(1);
  const tally = { alarms: 0, held: 0, still: 0, heldChanged: 0, changed: 0, found: 0, falseShare: 0 };
  for (let shop = 0; shop < 2 * shops; shop++) {
    const isChanged = shop % 2 === 1;
    const counts = drawCounts(random, rate, dispersion, isChanged);
    const trends = measureTrends(counts, weekdayExposure(counts), trendsRecipe);
    if ('refusal' in trends) throw new Error(trends.refusal);
    for (const [member, index] of trends.index.entries()) {
      if (Number.isNaN(index)) continue;
      const truth = isChanged ? truthOf(member) : 1;
      const isHeld = Number(trends.low[member] <= truth && truth <= trends.high[member]);
      if (truth === 1) [tally.held, tally.still] = [tally.held + isHeld, tally.still + 1];
      else [tally.heldChanged, tally.changed] = [tally.heldChanged + isHeld, tally.changed + 1];
    }
    const called = [...trends.rising, ...trends.falling];
    const right = called.filter((member) => isChanged && member < 6).length;
    if (!isChanged) tally.alarms += Number(called.length > 0);
    else {
      tally.found += right;
      tally.falseShare += called.length > 0 ? (called.length - right) / called.length : 0;
    }
  }
  return {
    'shops without change that were alarmed of': (tally.alarms / shops).toFixed(3),
    'interval holds 1': (tally.held / tally.still).toFixed(3),
    'interval holds the change': (tally.heldChanged / tally.changed).toFixed(3),
    'changes found': (tally.found / tally.changed).toFixed(3),
    'share of chance among those called': (tally.falseShare / shops).toFixed(3),
  };
}

/** As few permutations as decide at 5 %, for many shops. */
const quick = { ...effectsRecipe, permutations: 19 };

function timeOne(category: Parameters<typeof measureEffects>[0]): number {
  const before = process.cpuUsage();
  measureEffects(category, effectsRecipe, 1);
  return process.cpuUsage(before).user / 1e6;
}

function judgeEffects(items: number, variance: number, shops: number): Record<string, string> {
  const random = seededRandom(2);
  const tally = {
    held: 0,
    judged: 0,
    found: 0,
    planted: 0,
    falseOnes: 0,
    idle: 0,
    priceHeld: 0,
    alarms: 0,
    seconds: 0,
  };
  for (let shop = 0; shop < shops; shop++) {
    const category = drawCategory(random, { items, variance });
    const measured = measureEffects(category, quick, shop);
    if ('refusal' in measured) continue;
    for (const { attribute, level, reference, percent, isBeyondChance } of measured.effects) {
      const truth = truthOfLevel(attribute, level) - truthOfLevel(attribute, reference);
      tally.judged++;
      tally.held += Number(percent.low <= 100 * Math.expm1(truth) && 100 * Math.expm1(truth) <= percent.high);
      if (truth !== 0) [tally.planted, tally.found] = [tally.planted + 1, tally.found + Number(isBeyondChance)];
      else [tally.idle, tally.falseOnes] = [tally.idle + 1, tally.falseOnes + Number(isBeyondChance)];
    }
    const { low, high } = measured.price!.elasticity;
    tally.priceHeld += Number(low <= plantedEffects.elasticity && plantedEffects.elasticity <= high);
    const permuted = measureEffects(dealOut(category, random), quick, shop);
    if ('refusal' in permuted) continue;
    tally.alarms += Number([...permuted.effects, permuted.price!].some(({ isBeyondChance }) => isBeyondChance));
  }
  const share = (part: number, of: number) => (part / of).toFixed(3);
  return {
    'interval holds the effect': share(tally.held, tally.judged),
    'holds the elasticity': share(tally.priceHeld, shops),
    'planted ones found': share(tally.found, tally.planted),
    'found of those that do nothing': share(tally.falseOnes, tally.idle),
    'permuted shops with any found': share(tally.alarms, shops),
    'seconds a category by the recipe': timeOne(drawCategory(random, { items, variance })).toFixed(2),
  };
}

/** The sample shop's own planted effects, in its 30 categories of 50 items, and in the same with their sales dealt out. */
function judgeSampleShops(shops: number): Record<string, string> {
  const random = seededRandom(1);
  const quick = { ...effectsRecipe, permutations: 99 };
  const tally = {
    categories: 0,
    held: 0,
    judged: 0,
    found: 0,
    planted: 0,
    falseOnes: 0,
    idle: 0,
    alarms: 0,
  };
  const prices = { measured: 0, held: 0, elasticity: 0, found: 0, permuted: 0, alarms: 0, refused: 0 };
  for (let seed = 1; seed <= shops; seed++) {
    const size = { customers: 5_000, items: 1_500, days: 365 };
    const shop = generateSampleShop({ ...size, seed, end: new Date('2026-11-28T00:00:00Z'), indicators: true });
    for (const category of counterCategories(shop, size.days).values()) {
      const made = measureEffects(category, quick, seed);
      if ('refusal' in made) continue;
      tally.categories++;
      for (const { attribute, level, reference, percent, isBeyondChance } of made.effects) {
        const truth = plantedPercent(shop, attribute, level, reference);
        tally.judged++;
        tally.held += Number(percent.low <= truth && truth <= percent.high);
        if (truth === 0) [tally.falseOnes, tally.idle] = [tally.falseOnes + Number(isBeyondChance), tally.idle + 1];
        else [tally.found, tally.planted] = [tally.found + Number(isBeyondChance), tally.planted + 1];
      }
      const dealt = measureEffects(dealOut(category, random), quick, seed);
      if ('refusal' in dealt) continue;
      tally.alarms += Number([...dealt.effects, dealt.price!].some(({ isBeyondChance }) => isBeyondChance));
    }
    for (const sold of counterPrices(shop, size.days).values()) {
      const made = measurePrice(sold, effectsRecipe);
      const dealt = measurePrice(dealOutPrices(sold, random), effectsRecipe);
      prices.refused += Number('refusal' in made);
      if ('refusal' in made || 'refusal' in dealt) continue;
      const { value, low, high } = made.elasticity;
      prices.measured++;
      prices.elasticity += value;
      prices.held += Number(low <= tradeElasticity(shop) && tradeElasticity(shop) <= high);
      prices.found += Number(made.isBeyondChance);
      prices.alarms += Number(dealt.isBeyondChance);
    }
  }
  const share = (part: number, of: number) => (part / of).toFixed(3);
  return {
    categories: String(tally.categories),
    'interval holds the effect': share(tally.held, tally.judged),
    'planted ones found': share(tally.found, tally.planted),
    'found of those that do nothing': share(tally.falseOnes, tally.idle),
    'permuted categories with any found': share(tally.alarms, tally.categories),
    'categories with prices': String(prices.measured),
    'refused as prices hardly vary': String(prices.refused),
    'holds the elasticity': share(prices.held, prices.measured),
    'mean elasticity': share(prices.elasticity, prices.measured),
    'elasticity found': share(prices.found, prices.measured),
    'found of permuted prices': share(prices.alarms, prices.measured),
  };
}

const tradeElasticity = ({ truth }: SampleShop) => truth.trade!.priceElasticity;

/** The same goods with their sales dealt out among them. */
function dealOut(category: CategorySales, random: () => number): CategorySales {
  const order = shuffle(Uint32Array.from(category.sales.keys()), random);
  const dealt = (column: Float64Array) => Float64Array.from(order, (item) => column[item]);
  return { ...category, sales: dealt(category.sales), exposure: dealt(category.exposure) };
}

/** The same sales with the items' prices, of the whole year, dealt out among them. */
function dealOutPrices(sold: PricedSales, random: () => number): PricedSales {
  const order = shuffle(
    Uint32Array.from({ length: sold.items }, (_, item) => item),
    random,
  );
  const prices = sold.prices.map(
    (_, cell) => sold.prices[order[sold.itemOf[cell]] * sold.periods + sold.periodOf[cell]],
  );
  return { ...sold, prices };
}

function truthOfLevel(attribute: string, level: string): number {
  if (attribute === 'shape') return 0;
  return plantedEffects[attribute as 'colour' | 'material'][level] ?? 0;
}

/** Sample shops of the demo's size with a month of lists, a twentieth of people held out; `adds`: as planted, or nothing. */
function judgeLists(adds: boolean, shops: number): Record<string, string> {
  const random = seededRandom(4);
  const tally = { held: 0, alarms: 0, heldOut: 0, width: 0, truth: 0 };
  for (let seed = 1; seed <= shops; seed++) {
    const size = { customers: 2_000, items: 120, days: 112 };
    const shop = generateSampleShop({ ...size, seed, end: new Date('2026-11-28T00:00:00Z') });
    const { from, holdoutShare, customers } = shop.truth.lists!;
    const people = [...customers()];
    const place = new Map(people.map(({ customerId }, index) => [customerId, index]));
    const before = new Float64Array(people.length);
    for (const { customer_id, occurred_at } of shop.orders()) {
      const index = place.get(customer_id ?? '');
      if (index !== undefined && occurred_at < from) before[index]++;
    }
    const treated = Uint8Array.from(people, () => Number(random() >= holdoutShare));
    const seen = Float64Array.from(
      people,
      ({ orders, added }, index) => orders + Number(adds) * treated[index] * added,
    );
    const measured = measureCampaign(
      {
        treated,
        metrics: { orders: seen, revenue: seen, margin: seen },
        before: { orders: before },
        discounts: new Float64Array(people.length),
        expectedShare: 1 - holdoutShare,
      },
      { ...effectRecipe, sampleRatioAlarm: 0, minimumArmCustomers: 2 },
    );
    if ('refusal' in measured) throw new Error(measured.refusal);
    const { total, pValue } = measured.effects.orders;
    const truth = adds ? people.reduce((sum, { added }, index) => sum + treated[index] * added, 0) : 0;
    tally.held += Number(total.low <= truth && truth <= total.high);
    tally.alarms += Number(pValue < effectRecipe.falseAlarmRate);
    tally.heldOut += measured.sampleRatio.control;
    tally.width += (total.high - total.low) / 2;
    tally.truth += truth;
  }
  return {
    'interval holds what was added': `${tally.held} of ${shops}`,
    'beyond chance': `${tally.alarms} of ${shops}`,
    'mean held out': (tally.heldOut / shops).toFixed(1),
    'mean added': (tally.truth / shops).toFixed(1),
    'interval is that ±': (tally.width / shops).toFixed(1),
  };
}

const [, , part, shops = '200'] = process.argv;
if (part === undefined || part === 'trends') {
  const rows = [0, 0.3, 1, 4].flatMap((dispersion) =>
    [0.3, 2, 20].map((rate) => [
      `${rate} a day, dispersion ${dispersion}`,
      judgeTrends(rate, dispersion, Number(shops)),
    ]),
  );
  console.table(Object.fromEntries(rows));
}
if (part === undefined || part === 'sales-effects') {
  const rows = [60, 150, 500].flatMap((items) =>
    [0.3, 1].map((variance) => [`${items} items, variance ${variance}`, judgeEffects(items, variance, Number(shops))]),
  );
  console.table(Object.fromEntries(rows));
}
if (part === undefined || part === 'sample-shop') {
  console.table({ 'categories of sample shops': judgeSampleShops(Math.ceil(Number(shops) / 30)) });
}
if (part === undefined || part === 'lists') {
  console.table({
    'lists that add 8 %': judgeLists(true, Number(shops)),
    'lists that add nothing': judgeLists(false, Number(shops)),
  });
}
