import { estimateExamination, type PlacedClicks } from '../../../models/examination/index.ts';
import { placesToSwap } from '../../../models/exposure/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { mean } from '../../../models/statistics.ts';

/**
 * What two places that are left to chance tell of how often each is looked at, and what they cost in clicks. Lists of ten in the order of
 * what each person likes, of a hundred goods that appeal to 1 to 10 % of those who look, more or less to each; half as many look at the
 * fourth place as at the first, and a quarter at the last. Logs of thirty days, as long as the log of lists is kept.
 *
 *     npm run bench:examination -- [rounds]
 */
const [rounds = 20] = process.argv.slice(2).map(Number);
const days = 30;
const goods = 100;
const looked = [1, 0.75, 0.6, 0.5, 0.44, 0.39, 0.35, 0.31, 0.28, 0.25];
const even = looked.map(() => 1);

interface Told {
  refused: string | undefined;
  /** root mean square of the relative error of the curve; 0 where there is none */
  error: number;
  /** of the curve's last place */
  last: number;
  /** clicks that are expected of lists, and how many more without a change */
  clicks: number;
  lost: number;
}

function play(lists: number, share: number, examination: readonly number[], seed: number): Told {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const length = examination.length;
  const cells = new Map<string, PlacedClicks>();
  let [clicks, lost, sampled] = [0, 0, 0];
  for (let list = 0; list < lists; list++) {
    const drawn = placesToSwap(length, share, random);
    // Of lists in which none are drawn a tenth tells what they bring.
    if (!drawn && list % 10 > 0) continue;
    const liked = Float64Array.from(
      { length: goods },
      (_, item) => (0.01 + (0.09 * item) / goods) * Math.exp(0.5 * normal()),
    );
    const best = liked.sort().slice(-length).reverse();
    if (!drawn) {
      sampled++;
      clicks += best.reduce((all, rate, at) => all + rate * examination[at], 0);
      continue;
    }
    const [higher, lower] = drawn;
    if (higher > lower) lost += (best[lower] - best[higher]) * (examination[lower] - examination[higher]);
    const [first, second] = higher < lower ? [higher, lower] : [lower, higher];
    [
      { at: higher, rate: best[first] },
      { at: lower, rate: best[second] },
    ].forEach(({ at, rate }, role) => {
      const unit = `${first} ${second} ${role}`;
      const cell = cells.get(`${unit} ${at}`) ?? { unit, place: at + 1, shown: 0, clicked: 0 };
      const clicked = cell.clicked + Number(random() < rate * examination[at]);
      cells.set(`${unit} ${at}`, { ...cell, shown: cell.shown + 1, clicked });
    });
  }
  const { curve, refused } = estimateExamination([...cells.values()]);
  const errors = curve ? examination.map((truth, at) => (curve[at] / truth - 1) ** 2) : [0];
  return {
    refused,
    error: Math.sqrt(mean(errors)),
    last: curve?.at(-1) ?? 1,
    clicks: (clicks / Math.max(1, sampled)) * lists,
    lost,
  };
}

for (const examination of [looked, even]) {
  console.log(examination === even ? '\nall places looked at alike' : 'places looked at less and less');
  for (const [listsADay, share] of [
    [200, 0.1],
    [1_000, 0.02],
    [1_000, 0.1],
    [10_000, 0.02],
    [10_000, 0.1],
  ]) {
    const told = Array.from({ length: listsADay > 1_000 ? Math.ceil(rounds / 4) : rounds }, (_, seed) =>
      play(listsADay * days, share, examination, seed),
    );
    const known = told.filter(({ refused }) => refused === undefined);
    const of = (figure: (one: Told) => number, all = told) => mean(all.map(figure));
    const why = ['few', 'alike'].map((name) => `${name} ${told.filter(({ refused }) => refused === name).length}`);
    console.log(
      `  ${listsADay} lists a day, ${100 * share} %: known in ${known.length} of ${told.length} (${why.join(', ')}); ` +
        `error ${(100 * of(({ error }) => error, known)).toFixed(1)} %, last place ${of(({ last }) => last, known).toFixed(3)}; ` +
        `clicks −${((100 * of(({ lost }) => lost)) / of(({ clicks }) => clicks)).toFixed(3)} %`,
    );
  }
}
