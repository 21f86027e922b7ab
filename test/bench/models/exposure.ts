import { chooseExposed, type Outcomes, placesToGive } from '../../../models/exposure/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { mean, quantile } from '../../../models/statistics.ts';
import { demoSize, generateSampleShop } from '../../../src/sample-shop/index.ts';

/**
 * How soon is a good new item found, and what does it cost? The goods of the sample shop and a list for each of its events, so many
 * a day, and ten times as many. Its goods are clicked in 4.5 to 1.5 % of looks, by how often they are looked at in the shop; a list
 * shows ten of the best hundred, the better the further up, and people look half as often at the last place as at the first. Forty
 * new goods come on the first day: ten are clicked in 6 % of looks, the others in 1.5 %. One is found once it is better than the
 * second half of lists with 95 % by its posterior; from then on it stands in lists like the shop's own. Without a budget new goods
 * are met where people come upon them: in each thousandth list.
 *
 *     npm run bench:exposure -- [rounds]
 */
const [rounds = 20] = process.argv.slice(2).map(Number);
const [days, newGoods, goodOnes, length] = [60, 40, 10, 10];
const [goodRate, poorRate] = [0.06, 0.015];
const examination = (place: number) => 1 - place / (2 * (length - 1));
const end = new Date('2026-03-01T00:00:00Z');
const shop = generateSampleShop({ seed: 1, ...demoSize, end });

const looks = new Map<string, number>();
let events = 0;
for (const event of shop.events()) {
  events++;
  if (event.item_id) looks.set(event.item_id, (looks.get(event.item_id) ?? 0) + 1);
}
const ranked = shop.items.map(({ item_id }) => looks.get(item_id) ?? 0).sort((a, b) => b - a);
const ownRates = ranked.map((_, rank) => 0.045 - (0.03 * rank) / (ranked.length - 1));

type Way = 'none' | 'by chance' | 'Thompson';

interface Budget {
  way: Way;
  share: number;
  /** of impressions, by item */
  cap: number;
}

interface Outcome {
  found: number;
  wrong: number;
  days: number[];
  impressions: number[];
  /** expected clicks of all lists, in the first half of the days and in all */
  clicks: [number, number];
  explored: number;
  ofGood: number;
}

function play({ way, share, cap }: Budget, listsADay: number, seed: number): Outcome {
  const random = seededRandom(seed);
  const outcomes = Array.from({ length: newGoods }, (): Outcomes => ({ shown: 0, chosen: 0 }));
  const foundOn = new Map<number, number>();
  const rateOf = (item: number) => (item < goodOnes ? goodRate : poorRate);
  const pool = ownRates.slice(0, 100);
  const usual = { shown: 0, chosen: 0 };
  const outcome: Outcome = { found: 0, wrong: 0, days: [], impressions: [], clicks: [0, 0], explored: 0, ofGood: 0 };
  const all = { shown: 0, chosen: 0 };
  const show = (item: number, place: number) => {
    const isChosen = random() < rateOf(item) * examination(place);
    outcomes[item].shown++;
    all.shown++;
    if (isChosen) {
      outcomes[item].chosen++;
      all.chosen++;
    }
  };
  for (let day = 0; day < days; day++) {
    for (let list = 0; list < listsADay; list++) {
      const rates = draw(pool, length, random).sort((a, b) => b - a);
      const exposed = new Map<number, number>();
      const places = way === 'none' ? Number(random() < 0.001) : placesToGive(length, share, random);
      const mayBe = (item: number) => !foundOn.has(item);
      const items = Array.from({ length: newGoods }, (_, item) => item);
      const chosen =
        way === 'Thompson'
          ? chooseExposed(places, items, mayBe, (item) => outcomes[item], all, cap, random)
          : draw(
              items.filter((item) => mayBe(item) && (way === 'none' || outcomes[item].shown < cap)),
              places,
              random,
            );
      for (const item of chosen) {
        const place = (length >> 1) + Math.floor(random() * (length >> 1));
        if (exposed.has(place)) continue;
        exposed.set(place, item);
        show(item, place);
        outcome.explored++;
        if (item < goodOnes) outcome.ofGood++;
      }
      for (let place = 0; place < length; place++) {
        const item = exposed.get(place);
        const clicked = (item === undefined ? rates[place] : rateOf(item)) * examination(place);
        outcome.clicks[1] += clicked;
        if (day < days / 2) outcome.clicks[0] += clicked;
        if (item === undefined && place >= length >> 1) {
          usual.shown++;
          if (random() < clicked) usual.chosen++;
        }
      }
    }
    const usualRate = usual.chosen / usual.shown;
    outcomes.forEach(({ shown, chosen }, item) => {
      if (foundOn.has(item) || shown < 20) return;
      const prior = (all.chosen + 1) / (all.shown + 50);
      const [clicked, whole] = [50 * prior + chosen, 50 + shown];
      const rate = clicked / whole;
      if (rate - 1.645 * Math.sqrt((rate * (1 - rate)) / (whole + 1)) <= usualRate) return;
      foundOn.set(item, day + 1);
      pool.push(rateOf(item));
      if (item >= goodOnes) {
        outcome.wrong++;
        return;
      }
      outcome.found++;
      outcome.days.push(day + 1);
      outcome.impressions.push(shown);
    });
  }
  return outcome;
}

function nameOf({ way, share, cap }: Budget): string {
  return way === 'none' ? way : `${way}, ${100 * share} %, at most ${cap}`;
}

function draw<Value>(values: readonly Value[], count: number, random: () => number): Value[] {
  const left = [...values];
  for (let taken = 0; taken < count && taken < left.length; taken++) {
    const other = taken + Math.floor(random() * (left.length - taken));
    [left[taken], left[other]] = [left[other], left[taken]];
  }
  return left.slice(0, count);
}

const usualLists = Math.round(events / demoSize.days);
for (const listsADay of [usualLists, 10 * usualLists]) {
  console.log(`\n${listsADay} lists a day, ${days} days, ${goodOnes} good ones among ${newGoods} new goods`);
  const budgets: Budget[] = [
    { way: 'none', share: 0, cap: 0 },
    ...[0.02, 0.05, 0.1].map((share): Budget => ({ way: 'Thompson', share, cap: 200 })),
    { way: 'by chance', share: 0.05, cap: 200 },
    { way: 'Thompson', share: 0.05, cap: 1_000 },
    { way: 'by chance', share: 0.05, cap: 1_000 },
  ];
  let none: Outcome[] = [];
  for (const budget of budgets) {
    const played = Array.from({ length: listsADay > 1_000 ? Math.ceil(rounds / 4) : rounds }, (_, seed) =>
      play(budget, listsADay, seed),
    );
    if (budget.way === 'none') none = played;
    const of = (figure: (outcome: Outcome) => number) => mean(Float64Array.from(played, figure));
    const middle = (values: number[]) =>
      values.length > 0 ? String(Math.round(quantile(Float64Array.from(values).sort(), 0.5))) : '–';
    const change = (part: 0 | 1) =>
      mean(Float64Array.from(played, ({ clicks }, round) => 100 * (clicks[part] / none[round].clicks[part] - 1)));
    console.log(
      `  ${nameOf(budget).padEnd(28)} found ${of(({ found }) => found).toFixed(1)} good, ${of(({ wrong }) => wrong).toFixed(1)} others; ` +
        `middle of those found: day ${middle(played.flatMap((one) => one.days))}, ${middle(played.flatMap((one) => one.impressions))} impressions; ` +
        `of explored ${of(({ explored, ofGood }) => (100 * ofGood) / Math.max(1, explored)).toFixed(0)} % good; clicks ${change(0).toFixed(2)} % in the first half, ${change(1).toFixed(2)} % in all`,
    );
  }
}
