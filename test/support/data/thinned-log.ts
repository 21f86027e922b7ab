import { fitLogistic, fitNetwork, predict, recipe, takeRows } from '../../../models/coupon-response/index.ts';
import {
  estimateDoublyRobust,
  estimateIps,
  estimateSnips,
  type PolicyValue,
} from '../../../models/off-policy/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { arms, type Hillstrom } from './hillstrom.ts';

const explorationShare = 0.3;

/** A shop that leaves alone who has not bought for long, and writes to the others of what they bought; with a share by chance. */
export function chancesOfArms(recency: number, mens: number, share = explorationShare): number[] {
  const favourite = recency >= 7 ? 0 : mens === 1 ? 1 : 2;
  return arms.map((_, arm) => (1 - share) * Number(arm === favourite) + share / arms.length);
}

/** The rows of the test that such a shop would have logged: each is kept at its arm's chance over the largest chance. */
export function thinLog(
  { column, arm }: Hillstrom,
  seed: number,
  share = explorationShare,
): { rows: Uint32Array; propensities: Float64Array } {
  const random = seededRandom(seed);
  const chanceOf = (row: number) => chancesOfArms(column.recency[row], column.mens[row], share)[arm[row]];
  const largest = Math.max(...chancesOfArms(1, 1, share));
  const rows = Uint32Array.from(arm.keys()).filter((row) => random() < chanceOf(row) / largest);
  return { rows, propensities: Float64Array.from(rows, chanceOf) };
}

export interface ArmEstimates {
  /** of all the test's customers in this arm */
  readonly truth: number;
  /** mean of the logged decisions for this arm, and its standard error */
  readonly naive: PolicyValue;
  readonly ips: PolicyValue;
  readonly snips: PolicyValue;
  readonly doublyRobust: PolicyValue;
}

/** Visits per customer, had everybody been in one arm: from the thinned log alone, beside the arm's mean in the whole test. */
export async function estimateArms(data: Hillstrom, seed: number): Promise<ArmEstimates[]> {
  const { rows, propensities } = thinLog(data, seed);
  const log = { propensities, rewards: Float64Array.from(rows, (row) => data.visit[row]) };
  return Promise.all(
    arms.map(async (_, arm) => {
      const chances = Float64Array.from(rows, (row) => Number(data.arm[row] === arm));
      const expected = await expectVisits(data, rows, arm);
      const ofArm = log.rewards.filter((_, place) => chances[place] === 1);
      const certain = new Float64Array(ofArm.length).fill(1);
      return {
        truth: meanOf(data.visit.filter((_, row) => data.arm[row] === arm)),
        naive: estimateIps({ propensities: certain, rewards: ofArm }, certain),
        ips: estimateIps(log, chances),
        snips: estimateSnips(log, chances),
        doublyRobust: estimateDoublyRobust(log, chances, { logged: expected, policy: expected }),
      };
    }),
  );
}

/** Chance of a visit of each logged customer in one arm, by a model of the other half of the log. */
async function expectVisits(data: Hillstrom, rows: Uint32Array, arm: number): Promise<Float64Array> {
  const expected = new Float64Array(rows.length);
  for (const half of [0, 1]) {
    const learnt = rows.filter((row, place) => place % 2 !== half && data.arm[row] === arm);
    const visits = Uint8Array.from(learnt, (row) => data.visit[row]);
    const network = await fitNetwork(fitLogistic, takeRows(data.features, learnt), visits, recipe.network, 1);
    const unseen = rows.filter((_, place) => place % 2 === half);
    for (const [place, chance] of predict(network, takeRows(data.features, unseen)).entries()) {
      expected[2 * place + half] = chance;
    }
  }
  return expected;
}

function meanOf(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
}
