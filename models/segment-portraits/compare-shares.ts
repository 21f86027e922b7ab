import { normalTails } from '../campaign-effect/distributions.ts';
import { logGamma } from '../customer-value/special-functions.ts';

/** How many of both sides have something, among customers who are alike in something else. */
export interface Stratum {
  /** members who have it, and of how many */
  readonly members: number;
  readonly ofMembers: number;
  /** others who have it, and of how many; nobody is on both sides */
  readonly others: number;
  readonly ofOthers: number;
}

/** How much more often members have it than others do. */
export interface ShareComparison {
  /** how many members would have it, had they it as often as the others of their stratum; Infinity: no other has it */
  readonly expected: number;
  /** of the shares of alike customers; with its 95 % interval. NaN where nobody has it, Infinity where no other has */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** of the hypothesis that belonging to a side has nothing to do with it; two-sided */
  readonly pValue: number;
}

const ninetyFivePercent = 1.959_963_984_540_054;
/** Above it the exact distribution is as good as normal, also far out. */
const largeVariance = 2_500;
const negligible = 1e-40;

/**
 * Compares two shares stratum by stratum: the ratio of Mantel and Haenszel (1959) with the interval of Greenland and Robins (1985),
 * which for one stratum is that of Katz et al. (1978); and the exact conditional test, in which who has it falls to either side as
 * if drawn (of one stratum Fisher's, 1935), twice its smaller tail.
 *
 * @throws RangeError where more have it than there are
 */
export function compareShares(strata: readonly Stratum[]): ShareComparison {
  for (const { members, ofMembers, others, ofOthers } of strata) {
    if (!(members >= 0 && members <= ofMembers && others >= 0 && others <= ofOthers))
      throw new RangeError(`no ${members} of ${ofMembers} and ${others} of ${ofOthers} can have it`);
  }
  let [found, ofMembers, ofOthers, mixed, asOthers] = [0, 0, 0, 0, 0];
  for (const { members: a, ofMembers: n1, others: b, ofOthers: n0 } of strata) {
    const all = n1 + n0;
    if (all === 0) continue;
    found += a;
    ofMembers += (a * n0) / all;
    ofOthers += (b * n1) / all;
    asOthers += n0 === 0 ? 0 : (b * n1) / n0;
    mixed += ((a + b) * n1 * n0 - a * b * all) / all ** 2;
  }
  const ratio = ofMembers / ofOthers;
  const width = ninetyFivePercent * Math.sqrt(mixed / (ofMembers * ofOthers));
  return {
    expected: ratio > 0 ? found / ratio : asOthers,
    ratio,
    low: ratio * Math.exp(-width),
    high: ratio * Math.exp(width),
    pValue: testConditionally(strata, found),
  };
}

function testConditionally(strata: readonly Stratum[], found: number): number {
  const [mean, variance] = strata.reduce(
    ([mean, variance], { members, ofMembers, others, ofOthers }) => {
      const [all, having] = [ofMembers + ofOthers, members + others];
      if (all < 2) return [mean + members, variance];
      const spread = (ofMembers * ofOthers * having * (all - having)) / (all ** 2 * (all - 1));
      return [mean + (ofMembers * having) / all, variance + spread];
    },
    [0, 0],
  );
  if (variance === 0) return 1;
  // A half less, as the counts are whole: never a smaller p-value than the exact one by more than the tails are skewed.
  if (variance > largeVariance) return normalTails(Math.max(0, Math.abs(found - mean) - 0.5) / Math.sqrt(variance));
  const { first, masses } = strata.map(hypergeometric).reduce(convolve);
  let [below, above] = [0, 0];
  for (const [place, mass] of masses.entries()) {
    if (first + place <= found) below += mass;
    if (first + place >= found) above += mass;
  }
  return Math.min(1, 2 * Math.min(below, above));
}

/** Probabilities of so many from `first` on; what is left out is negligible. */
interface Masses {
  readonly first: number;
  readonly masses: Float64Array;
}

/** Of how many of those who have it are members, where they are drawn. */
function hypergeometric({ members, ofMembers, others, ofOthers }: Stratum): Masses {
  const [all, having] = [ofMembers + ofOthers, members + others];
  const [least, most] = [Math.max(0, having - ofOthers), Math.min(having, ofMembers)];
  const logOf = (count: number) =>
    logChoose(ofMembers, count) + logChoose(ofOthers, having - count) - logChoose(all, having);
  const masses = Float64Array.from({ length: most - least + 1 }, (_, place) => Math.exp(logOf(least + place)));
  return trim({ first: least, masses });
}

function convolve(one: Masses, other: Masses): Masses {
  const masses = new Float64Array(one.masses.length + other.masses.length - 1);
  for (let place = 0; place < one.masses.length; place++) {
    const mass = one.masses[place];
    for (let next = 0; next < other.masses.length; next++) masses[place + next] += mass * other.masses[next];
  }
  return trim({ first: one.first + other.first, masses });
}

function trim({ first, masses }: Masses): Masses {
  let [from, until] = [0, masses.length];
  while (until - from > 1 && masses[from] < negligible) from++;
  while (until - from > 1 && masses[until - 1] < negligible) until--;
  return { first: first + from, masses: masses.subarray(from, until) };
}

const logFactorials = [0];

function logChoose(of: number, count: number): number {
  return logFactorial(of) - logFactorial(count) - logFactorial(of - count);
}

/** Whole numbers come again and again; log-gamma's own error would add up over a distribution's sum. */
function logFactorial(of: number): number {
  if (of >= 100_000) return logGamma(of + 1);
  for (let next = logFactorials.length; next <= of; next++)
    logFactorials[next] = logFactorials[next - 1] + Math.log(next);
  return logFactorials[of];
}
