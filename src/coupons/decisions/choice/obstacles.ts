import { groups } from '../../../../models/segmentation/index.ts';
import { type CompiledCampaigns, windowAt } from './compiled-campaigns.ts';
import { judgeCart } from './judge-cart.ts';
import { codeOf } from './outcome-codes.ts';
import type { Score, Situation } from './situation.ts';

const noGroup = groups.length;
const notNeeded = codeOf['not-needed'];
const notInSegment = codeOf['not-in-target-segment'];
const noGain = codeOf['no-expected-gain'];

/** How many campaigns may be drawn: what nothing stands against, and what only the score does. */
export interface Drawable {
  open: number;
  refused: number;
}

/** What stands against each campaign where the action is a coupon; 0 where nothing does. */
export function obstaclesTo(campaigns: CompiledCampaigns, situation: Situation): Uint8Array {
  const found = new Uint8Array(campaigns.size);
  findOpen(campaigns, situation, found);
  return found;
}

/**
 * Writes what stands against each campaign, in a fixed order of obstacles: dates, group, segment, pause, cart, the customer's
 * limits, budgets, a discount of 0.00 on the cart, score. The places that nothing stands against are left in `scratch.open`, in
 * turn; those that only the score does in `scratch.refused`.
 */
export function findOpen(campaigns: CompiledCampaigns, situation: Situation, codes: Uint8Array): Drawable {
  const { closed, blocked, cart, segments, scores } = situation;
  const group = situation.group === null ? noGroup : groups.indexOf(situation.group);
  const { base, listed } = windowAt(campaigns, situation.now).byGroup[group];
  codes.set(base);
  if (cart) judgeCart(campaigns, cart, listed, situation, codes);
  else for (let at = 0; at < listed.length; at++) codes[listed[at]] = closed[listed[at]];
  if (blocked) for (const [place, code] of blocked) if (codes[place] === 0 || codes[place] > code) codes[place] = code;
  for (const { place, segmentIds } of campaigns.aimed) {
    if (base[place] === 0 && !segmentIds.some((id) => segments?.has(id))) codes[place] = notInSegment;
  }
  if (situation.action !== 'coupon') refuseUnneeded(campaigns, situation, codes);
  if (scores) return weighScores(campaigns, scores, listed, codes);
  const { open } = campaigns.scratch;
  let count = 0;
  for (let at = 0; at < listed.length; at++) if (codes[listed[at]] === 0) open[count++] = listed[at];
  return { open: count, refused: 0 };
}

/** To whoever needs no coupon only those come whose score decides, or whose policy is everyone. */
function refuseUnneeded(campaigns: CompiledCampaigns, { scores, isKnown }: Situation, codes: Uint8Array): void {
  for (let place = 0; place < codes.length; place++) {
    if (scores?.has(place) || (isKnown && campaigns.forEveryone[place] === 1)) continue;
    codes[place] = notNeeded;
  }
}

/** Where a score decides, need does not. */
function weighScores(
  campaigns: CompiledCampaigns,
  scores: ReadonlyMap<number, Score>,
  listed: Int32Array,
  codes: Uint8Array,
): Drawable {
  const { open, refused } = campaigns.scratch;
  const found: Drawable = { open: 0, refused: 0 };
  for (let at = 0; at < listed.length; at++) {
    const place = listed[at];
    if (codes[place] !== 0) continue;
    const score = scores.get(place);
    if (!score || (score.expectedMinor > 0 && score.expectedMinor >= score.leastMinor)) {
      open[found.open++] = place;
    } else {
      codes[place] = noGain;
      refused[found.refused++] = place;
    }
  }
  open.subarray(0, found.open).sort(inTurn(campaigns, scores));
  return found;
}

/** Orders places as campaigns are tried: by priority, then by the expected gain, then as they stand. */
export function inTurn({ priority }: CompiledCampaigns, scores: ReadonlyMap<number, Score>) {
  const gain = (place: number) => scores.get(place)?.expectedMinor ?? 0;
  return (a: number, b: number) => priority[b] - priority[a] || gain(b) - gain(a) || a - b;
}
