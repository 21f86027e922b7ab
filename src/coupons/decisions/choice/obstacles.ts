import { groups } from '../../../../models/segmentation/index.ts';
import { given, notNeeded, type Verdict } from '../../policies/judge-policy.ts';
import type { Policy } from '../../policies/policy.ts';
import { type CompiledCampaigns, isScored, windowAt } from './compiled-campaigns.ts';
import { isIsolated } from './isolation.ts';
import { judgeCart } from './judge-cart.ts';
import { codeOf } from './outcome-codes.ts';
import type { Score, Situation } from './situation.ts';

const noGroup = groups.length;
const notActive = codeOf['not-active'];
/** Said also where no coupon is needed. */
const notNow: readonly number[] = [notActive, codeOf['by-referral-codes'], codeOf['group-not-open']];
const notInGroup = codeOf['group-not-targeted'];
const notOpen = codeOf['not-open-now'];
const refused = codeOf['refused-by-policy'];
const notScored = codeOf['not-scored'];
const notInSegment = codeOf['not-in-target-segment'];
const notForGuests = codeOf['not-for-guests'];
const ofAnother = codeOf['control-of-another'];
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
 * Writes what stands against each campaign, in a fixed order of obstacles: dates, group, hours, segment, guests, pause, that no coupon is
 * needed, cart, the customer's limits, budgets, a discount of 0.00 on the cart, its policy, the control group of another, score. The
 * places that nothing stands against are left in `scratch.open`, in turn; those that only the score does in `scratch.refused`.
 */
export function findOpen(
  campaigns: CompiledCampaigns,
  situation: Situation,
  codes: Uint8Array,
  verdicts: readonly Verdict[] = verdictsOf(campaigns, situation),
): Drawable {
  const { closed, blocked, cart, scores } = situation;
  const { base, listed } = windowFor(campaigns, situation);
  codes.set(base);
  if (cart) judgeCart(campaigns, cart, listed, situation, codes);
  else for (let at = 0; at < listed.length; at++) codes[listed[at]] = closed[listed[at]];
  if (blocked) for (const [place, code] of blocked) if (codes[place] === 0 || codes[place] > code) codes[place] = code;
  heedAudience(campaigns, situation, base, codes);
  heedPolicies(campaigns, verdicts, situation, codes);
  if (situation.isolators) heedIsolation(campaigns, situation.isolators, codes);
  if (scores || campaigns.isAnyScored) return weighScores(campaigns, scores ?? noScores, listed, codes);
  const { open } = campaigns.scratch;
  let count = 0;
  for (let at = 0; at < listed.length; at++) if (codes[listed[at]] === 0) open[count++] = listed[at];
  return { open: count, refused: 0 };
}

/** Where no policy gives anything to the customer: a campaign that is not for them, or not now, says so, each other that none is needed. */
export function refuseAll(campaigns: CompiledCampaigns, situation: Situation, codes: Uint8Array): void {
  if (situation.upToTenth || !situation.isKnown) return void codes.fill(notNeeded.code);
  const { base, listed } = windowFor(campaigns, situation);
  codes.set(base);
  for (let at = 0; at < listed.length; at++) {
    const closed = situation.closed[listed[at]];
    codes[listed[at]] = notNow.includes(closed) ? closed : notNeeded.code;
  }
  heedAudience(campaigns, situation, base, codes);
}

const noScores: ReadonlyMap<number, Score> = new Map();

function windowFor(campaigns: CompiledCampaigns, { now, group }: Pick<Situation, 'now' | 'group'>) {
  return windowAt(campaigns, now).byGroup[group === null ? noGroup : groups.indexOf(group)];
}

/** Segments that a campaign aims at, and whether it is for guests. */
function heedAudience(
  { aimed, guests }: CompiledCampaigns,
  { segments, isGuest }: Pick<Situation, 'segments' | 'isGuest'>,
  base: Uint8Array,
  codes: Uint8Array,
): void {
  for (const { place, segmentIds } of aimed) {
    if (base[place] === 0 && !segmentIds.some((id) => segments?.has(id))) codes[place] = notInSegment;
  }
  if (!isGuest) return;
  for (let place = 0; place < codes.length; place++) {
    if (base[place] === 0 && guests[place] === 0) codes[place] = notForGuests;
  }
}

/** What is told of a campaign before whether a coupon is needed: it is not for the customer, or not now. */
function isNotFor(code: number): boolean {
  return (
    code === notActive || code === notInGroup || code === notInSegment || code === notForGuests || code === notOpen
  );
}

/** By place of the policy: those of the situation, or what need and being known say. */
export function verdictsOf(
  { verdictsByNeed }: CompiledCampaigns,
  { verdicts, action, isKnown }: Pick<Situation, 'verdicts' | 'action' | 'isKnown'>,
): readonly Verdict[] {
  if (verdicts) return verdicts;
  if (action === 'coupon') return verdictsByNeed.needed;
  return isKnown ? verdictsByNeed.known : verdictsByNeed.unknown;
}

/** Where a campaign's score decides by cause, need does not. */
function heedPolicies(
  { policies, policyOf, mostMinor }: CompiledCampaigns,
  verdicts: readonly Verdict[],
  { scores, upToTenth }: Pick<Situation, 'scores' | 'upToTenth'>,
  codes: Uint8Array,
): void {
  if (verdicts.every((verdict) => verdict === given)) return;
  for (let place = 0; place < codes.length; place++) {
    const verdict = verdicts[policyOf[place]];
    if (verdict === given) continue;
    if (verdict === notNeeded) {
      if (!upToTenth && isNotFor(codes[place])) continue;
      if (!scores?.has(place) || policies[policyOf[place]].policy.kind !== 'by-cause') codes[place] = notNeeded.code;
    } else if (codes[place] === 0) {
      codes[place] = verdict.code === 0 && mostMinor[place] > verdict.mostMinor ? refused : verdict.code;
    }
  }
}

/** Who is left alone by another campaign that keeps its control from this one is so whatever comes behind. */
function heedIsolation(
  campaigns: CompiledCampaigns,
  isolators: NonNullable<Situation['isolators']>,
  codes: Uint8Array,
): void {
  for (let place = 0; place < codes.length; place++) {
    if (codes[place] === 0 && isIsolated(campaigns, isolators, place)) codes[place] = ofAnother;
  }
}

/** Where a score decides, need does not. */
function weighScores(
  campaigns: CompiledCampaigns,
  scores: ReadonlyMap<number, Score>,
  listed: Int32Array,
  codes: Uint8Array,
): Drawable {
  const { open, refused: refusedPlaces } = campaigns.scratch;
  const found: Drawable = { open: 0, refused: 0 };
  for (let at = 0; at < listed.length; at++) {
    const place = listed[at];
    if (codes[place] !== 0) continue;
    const score = scores.get(place);
    const { policy } = campaigns.policies[campaigns.policyOf[place]];
    if (score ? isEnough(policy, score) : !isScored(policy)) {
      open[found.open++] = place;
    } else if (score) {
      codes[place] = noGain;
      refusedPlaces[found.refused++] = place;
    } else {
      codes[place] = notScored;
    }
  }
  putInTurn(campaigns, scores, open.subarray(0, found.open));
  return found;
}

function isEnough(policy: Policy, { expectedMinor, leastMinor, uplift = 0 }: Score): boolean {
  if (policy.kind === 'uplift') return uplift > 0 && uplift >= policy.leastUplift;
  const least =
    policy.kind === 'largest-incremental-margin' ? Math.max(leastMinor, policy.leastMarginMinor) : leastMinor;
  return expectedMinor > 0 && expectedMinor >= least;
}

/**
 * Orders places as campaigns are tried: by priority, then by the expected gain, then as they stand. Those that are decided by the
 * largest incremental margin share the turns that they have so among themselves by the gain alone.
 */
export function putInTurn(
  { priority, policies, policyOf }: CompiledCampaigns,
  scores: ReadonlyMap<number, Score>,
  places: Int32Array | number[],
): void {
  const gain = (place: number) => scores.get(place)?.expectedMinor ?? 0;
  places.sort((a, b) => priority[b] - priority[a] || gain(b) - gain(a) || a - b);
  const isByMargin = (place: number) => policies[policyOf[place]].policy.kind === 'largest-incremental-margin';
  const turns = [...places.keys()].filter((turn) => isByMargin(places[turn]));
  if (turns.length < 2) return;
  const best = turns.map((turn) => places[turn]).sort((a, b) => gain(b) - gain(a) || a - b);
  for (const [at, turn] of turns.entries()) places[turn] = best[at];
}
