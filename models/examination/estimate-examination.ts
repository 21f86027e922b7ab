import { cholesky, solveWith } from '../cholesky.ts';
import { sum } from '../statistics.ts';
import { monotoneRates } from './monotone-rates.ts';

/** What came of showing things of one kind at one place. */
export interface PlacedClicks {
  /** of things that chance alone put where they stood, so that they are alike wherever they stood */
  unit: string;
  /** from 1 */
  place: number;
  /** impressions */
  shown: number;
  /** of those how many were clicked */
  clicked: number;
}

/** How often each place of a list is looked at, beside the first one. */
export interface Examination {
  /**
   * by place, from the first on: falling from 1, and never below a tenth. Places above those that were tried count as the first that
   * was, those below as the last. Undefined: nothing is corrected.
   */
  curve: readonly number[] | undefined;
  /**
   * why not: nothing was placed by chance, or too few of it were clicked to tell places apart, or they are clicked alike, within what
   * chance makes
   */
  refused: 'none' | 'few' | 'alike' | undefined;
  /** what it rests on: clicks of what stood at more than one place */
  clicks: number;
  /** beside `curve`: standard errors of its logarithm, of what was counted before it was made to fall; 0 where nothing was tried */
  errors: readonly number[];
}

/** Fewer clicks tell no places apart. */
export const leastClicks = 200;
/** No look is taken to be rarer, beside one at the first place: what is clicked there counts ten times at most. */
const leastExamined = 0.1;
/** So many standard errors make a difference. */
const beyondNoise = 2;
const mostRounds = 2_000;
const settled = 1e-9;

/** A unit with what it tells of places. */
interface Unit {
  places: number[];
  shown: number[];
  clicks: number;
}

/**
 * A place is looked at or not, and what is looked at is clicked or not, whatever its place (Craswell and others 2008): clicks of a unit
 * at a place are Poisson with mean shown × appeal of the unit × examination of the place. So a unit's clicks part over places by
 * how often it was shown there and how often each is looked at, and what it appeals does not matter: what harvests interventions
 * (Agarwal and others 2019) as the greatest likelihood, with the examination falling from place to place.
 *
 * @param rows of any order; a unit may have several rows of a place
 */
export function estimateExamination(rows: readonly PlacedClicks[]): Examination {
  const harvested = harvest(rows);
  const { places, counts } = harvested;
  const clicks = sum(counts);
  const refuse = (refused: Examination['refused']): Examination => ({ curve: undefined, refused, clicks, errors: [] });
  if (rows.length === 0) return refuse('none');
  if (clicks < leastClicks) return refuse('few');
  if (trendOf(harvested) > -beyondNoise) return refuse('alike');
  const rates = fitRates(harvested);
  const errors = errorsOf(harvested, rates);
  const curve: number[] = [];
  const errorsAt: number[] = [];
  for (let place = 1, next = 0; place <= places[places.length - 1]; place++) {
    const isKnown = place === places[next];
    curve.push(isKnown ? Math.max(rates[next], leastExamined) : (curve.at(-1) ?? 1));
    errorsAt.push(isKnown ? errors[next] : 0);
    if (isKnown) next++;
  }
  return { curve, refused: undefined, clicks, errors: errorsAt };
}

/** How often a place (from 1) is looked at beside the first. */
export function examinationAt(curve: readonly number[], place: number): number {
  return curve[Math.min(place, curve.length) - 1];
}

/**
 * What a click at each place weighs: the inverse of how often the place is looked at, so that all clicks together weigh what they did.
 * @param clicksAt by place, from 0, which stands for none; beyond the curve's end for its last
 * @returns by place, 0 and the curve's
 */
export function weightsOfPlaces(curve: readonly number[], clicksAt: ArrayLike<number>): number[] {
  let [clicks, inverse] = [0, 0];
  for (let place = 1; place < clicksAt.length; place++) {
    clicks += clicksAt[place];
    inverse += clicksAt[place] / examinationAt(curve, place);
  }
  const scale = inverse > 0 ? clicks / inverse : 1;
  return [1, ...curve.map((rate) => scale / rate)];
}

/** What tells places apart. */
interface Harvest {
  units: readonly Unit[];
  /** ascending, from 1 */
  places: readonly number[];
  /** of the units, by index of the place */
  counts: Float64Array;
}

/** Units that were shown at several places and clicked, of places that they tell apart: where there are parts, of the most clicked. */
function harvest(rows: readonly PlacedClicks[]): Harvest {
  const byUnit = new Map<string, Map<number, { shown: number; clicked: number }>>();
  for (const { unit, place, shown, clicked } of rows) {
    if (shown === 0) continue;
    if (!byUnit.has(unit)) byUnit.set(unit, new Map());
    const cells = byUnit.get(unit)!;
    const cell = cells.get(place) ?? { shown: 0, clicked: 0 };
    cells.set(place, { shown: cell.shown + shown, clicked: cell.clicked + Math.min(clicked, shown) });
  }
  const clicksOf = (cells: ReadonlyMap<number, { clicked: number }>) =>
    [...cells.values()].reduce((all, { clicked }) => all + clicked, 0);
  const telling = [...byUnit.values()].filter((cells) => cells.size > 1 && clicksOf(cells) > 0);
  const known = mostClicked(telling.map((cells) => ({ places: [...cells.keys()], clicks: clicksOf(cells) })));
  const places = [...known].sort((one, other) => one - other);
  const indexOf = new Map(places.map((place, index) => [place, index]));
  const counts = new Float64Array(places.length);
  const units = telling
    .map((cells) => [...cells])
    .filter(([[place]]) => known.has(place))
    .map((cells) => {
      for (const [place, { clicked }] of cells) counts[indexOf.get(place)!] += clicked;
      return {
        places: cells.map(([place]) => indexOf.get(place)!),
        shown: cells.map(([, { shown }]) => shown),
        clicks: cells.reduce((all, [, { clicked }]) => all + clicked, 0),
      };
    });
  return { units, places, counts };
}

/** Of places that hang together by units, the part with the most clicks. */
function mostClicked(units: readonly { places: readonly number[]; clicks: number }[]): Set<number> {
  let parts: { places: Set<number>; clicks: number }[] = [];
  for (const { places, clicks } of units) {
    const touched = parts.filter((part) => places.some((place) => part.places.has(place)));
    const joined = new Set([...places, ...touched.flatMap((part) => [...part.places])]);
    parts = parts.filter((part) => !touched.includes(part));
    parts.push({ places: joined, clicks: touched.reduce((all, part) => all + part.clicks, clicks) });
  }
  return parts.reduce((most, part) => (part.clicks > most.clicks ? part : most), {
    places: new Set<number>(),
    clicks: 0,
  }).places;
}

/** By how many standard errors clicks rise with the logarithm of the place, beside what every place alike would give (a score test). */
function trendOf({ units, places, counts }: Harvest): number {
  const at = places.map(Math.log);
  let [score, variance] = [0, 0];
  for (let place = 0; place < places.length; place++) score += counts[place] * at[place];
  for (const unit of units) {
    const all = sum(unit.shown);
    const mean = unit.places.reduce((part, place, cell) => part + unit.shown[cell] * at[place], 0) / all;
    const square =
      unit.places.reduce((part, place, cell) => part + unit.shown[cell] * (at[place] - mean) ** 2, 0) / all;
    score -= unit.clicks * mean;
    variance += unit.clicks * square;
  }
  return score / Math.sqrt(variance);
}

/** By index of the place, the first 1: in turn what units appeal, given the places, and what places are worth, given the units. */
function fitRates({ units, counts }: Harvest): Float64Array {
  let rates = new Float64Array(counts.length).fill(1);
  for (let round = 0; round < mostRounds; round++) {
    const exposures = new Float64Array(counts.length);
    for (const { places, shown, clicks } of units) {
      const appeal = clicks / places.reduce((looks, place, cell) => looks + shown[cell] * rates[place], 0);
      places.forEach((place, cell) => {
        exposures[place] += shown[cell] * appeal;
      });
    }
    const raw = monotoneRates(counts, exposures);
    const next = raw.map((rate) => rate / raw[0]);
    const change = next.reduce((most, rate, place) => Math.max(most, Math.abs(rate - rates[place])), 0);
    rates = next;
    if (change < settled) break;
  }
  return rates;
}

/** Standard errors of log rates beside the first, by the information of how a unit's clicks part over its places. */
function errorsOf({ units }: Harvest, rates: Float64Array): Float64Array {
  const size = rates.length - 1;
  const information = new Float64Array(size * size);
  for (const { places, shown, clicks } of units) {
    const looks = places.map((place, cell) => shown[cell] * Math.max(rates[place], leastExamined));
    const all = sum(looks);
    places.forEach((place, cell) => {
      if (place === 0) return;
      const part = looks[cell] / all;
      information[(place - 1) * size + place - 1] += clicks * part;
      places.forEach((other, otherCell) => {
        if (other > 0) information[(place - 1) * size + other - 1] -= (clicks * part * looks[otherCell]) / all;
      });
    });
  }
  const factor = cholesky(information, size);
  const errorOf = (place: number) => {
    if (!factor) return Number.POSITIVE_INFINITY;
    const unit = new Float64Array(size);
    unit[place] = 1;
    return Math.sqrt(solveWith(factor, unit)[place]);
  };
  return Float64Array.from(rates, (_, place) => (place === 0 ? 0 : errorOf(place - 1)));
}
