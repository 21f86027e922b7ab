import { seededRandom } from '../../../models/random.ts';
import { measureTrends, recipe as trendsRecipe, weekdayExposure } from '../../../models/trends/index.ts';
import { drawGamma, drawNormal, drawPoisson } from '../../support/data/counts.ts';
import { toDemand } from '../../support/data/daily-demand.ts';

/**
 * How often what is found in simulated shops is there, and how often something is found where nothing is.
 *
 *     npm run bench:simulated-shops -- trends [shops]
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
