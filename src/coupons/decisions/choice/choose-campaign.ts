import type { Arm } from '../../../experiments/index.ts';
import type { Group } from '../../../segments/index.ts';
import { codeOf } from '../../budgets/budget-left.ts';
import type { Campaign } from '../../campaigns/campaign-terms.ts';
import type { ItemsForScope, PricedLine } from '../../discounts/priced-lines.ts';
import { type Offer, stack } from '../../discounts/stacking.ts';
import type { Action } from './judge-need.ts';

/** Changes with every change of how a decision comes about from its inputs. */
export const rulesVersion = '6';

/**
 * Versions whose decisions these rules make again. The second knew neither target segments nor scores; up to the third a control
 * group got no goods of a lower price either, and what exploration drew was not looked at for those who are held out; up to the fourth
 * the average order was compared rounded; up to the fifth a campaign was granted that gave 0.00 on the cart.
 */
export const replayableVersions: ReadonlySet<string> = new Set(['2', '3', '4', '5', rulesVersion]);

export const groups: readonly Group[] = ['high-value', 'high-quality', 'ordinary', 'low-contribution'];
const noGroup = groups.length;

type Term =
  | keyof Offer
  | 'campaignKey'
  | 'validFrom'
  | 'validUntil'
  | 'targetGroups'
  | 'targetSegments'
  | 'controlShare';

/** Campaigns made ready for many decisions: columns by place in the order in which they are tried. */
export interface CompiledRules {
  readonly size: number;
  readonly campaignIds: readonly string[];
  readonly offers: readonly Offer[];
  readonly places: ReadonlyMap<number, number>;
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** bit g: group g may have it; the last bit is that of customers without a group */
  readonly groupBits: Uint8Array;
  readonly priority: Int32Array;
  /** of the campaigns that aim at segments, and at which */
  readonly aimed: readonly { readonly place: number; readonly segmentIds: readonly string[] }[];
  /** −1: nothing to reach */
  readonly leastMinor: Float64Array;
  /** place of its scope; 0: the whole cart */
  readonly scope: Int32Array;
  readonly scopesByItem: ReadonlyMap<string, readonly number[]>;
  readonly scopesByCategory: ReadonlyMap<string, readonly number[]>;
  readonly controlShare: Float64Array;
  /** of use while one choice is made */
  readonly scratch: Scratch;
  /** what holds for all moments between two at which a campaign begins or ends; made anew when time leaves it */
  window: Window | undefined;
}

interface Scratch {
  /** by scope: lines, what they add up to, whole pieces and the lowest price of one */
  lines: Int32Array;
  totals: Float64Array;
  pieces: Float64Array;
  cheapest: Float64Array;
  lastLine: Int32Array;
  /** places in turn: what nothing stands against, and what only its score does */
  open: Int32Array;
  refused: Int32Array;
}

/** How many of each were found. */
interface Found {
  open: number;
  refused: number;
}

interface Window {
  from: number;
  until: number;
  /** by group: outcomes before anything else is looked at, and the places that are left to look at */
  byGroup: { base: Uint8Array; listed: Int32Array }[];
}

/** @param campaigns in the order in which they are to be tried */
export function compileRules(campaigns: readonly Pick<Campaign, Term>[]): CompiledRules {
  const size = campaigns.length;
  const scopeOf = new Map<string, number>();
  const scopesByItem = new Map<string, number[]>();
  const scopesByCategory = new Map<string, number[]>();
  const put = (into: Map<string, number[]>, key: string, scope: number) => {
    const scopes = into.get(key);
    if (scopes) scopes.push(scope);
    else into.set(key, [scope]);
  };
  const scope = Int32Array.from(campaigns, ({ itemIds, categories }) => {
    if (itemIds.length === 0 && categories.length === 0) return 0;
    const key = JSON.stringify([itemIds, categories]);
    const known = scopeOf.get(key);
    if (known !== undefined) return known;
    const place = 1 + scopeOf.size;
    scopeOf.set(key, place);
    for (const id of itemIds) put(scopesByItem, id, place);
    for (const path of categories) put(scopesByCategory, path, place);
    return place;
  });
  const scopes = 1 + scopeOf.size;
  return {
    size,
    campaignIds: campaigns.map(({ campaignId }) => campaignId),
    offers: campaigns,
    places: new Map(campaigns.map(({ campaignKey }, place) => [campaignKey, place])),
    from: Float64Array.from(campaigns, ({ validFrom }) => validFrom.getTime()),
    until: Float64Array.from(campaigns, ({ validUntil }) => validUntil.getTime()),
    groupBits: Uint8Array.from(campaigns, ({ targetGroups }) =>
      targetGroups.length === 0
        ? (1 << (noGroup + 1)) - 1
        : targetGroups.reduce((bits, group) => bits | (1 << groups.indexOf(group)), 0),
    ),
    priority: Int32Array.from(campaigns, ({ priority }) => priority),
    aimed: campaigns.flatMap(({ targetSegments: segmentIds }, place) =>
      segmentIds.length > 0 ? [{ place, segmentIds }] : [],
    ),
    leastMinor: Float64Array.from(campaigns, ({ minimumSpendMinor }) => minimumSpendMinor ?? -1),
    scope,
    scopesByItem,
    scopesByCategory,
    controlShare: Float64Array.from(campaigns, ({ controlShare }) => controlShare),
    scratch: {
      lines: new Int32Array(scopes),
      totals: new Float64Array(scopes),
      pieces: new Float64Array(scopes),
      cheapest: new Float64Array(scopes),
      lastLine: new Int32Array(scopes),
      open: new Int32Array(size),
      refused: new Int32Array(size),
    },
    window: undefined,
  };
}

/** A cart line as the rules see it; `within`: those of the campaigns' categories that its item lies in or below. */
export interface RuleLine extends PricedLine {
  within: readonly string[];
}

/** What a coupon of a campaign is expected to add, its discount taken off, and the least that still gets one; in minor units. */
export interface Score {
  expectedMinor: number;
  leastMinor: number;
}

/** All that a choice among campaigns depends on. */
export interface Situation {
  now: number;
  action: Action;
  group: Group | null;
  /** those that the campaigns aim at and the customer is in; absent: none */
  segments?: ReadonlySet<string>;
  /** by place, of campaigns whose score decides for this customer, whatever the action; absent: none does */
  scores?: ReadonlyMap<number, Score>;
  /** by place: code of the outcome that stands against the campaign for everybody, 0 for none */
  closed: Uint8Array;
  /** place → code of what stands against it for this customer */
  blocked: ReadonlyMap<number, number> | null;
  /** null: no cart to judge by, so scope and minimum spend are left to the redemption */
  cart: readonly RuleLine[] | null;
  holdoutShare: number;
  explorationShare: number;
  /** whether the customer is in the global holdout */
  inHoldout: boolean;
  /** the same for the control group of the campaign at a place */
  isControl: (place: number) => boolean;
  /** chance of this decision, in [0, 1): whether it explores, and what it then draws */
  draw: number;
  pick: number;
  /** whether it is made again as rules up to the third or the fifth made it; absent: it is not */
  upToThird?: boolean;
  upToFifth?: boolean;
}

export interface Choice {
  action: Action;
  /** place of the campaign that is to give a coupon; −1: none */
  chosen: number;
  /** by place: code of the outcome */
  outcomes: Uint8Array;
  /** with which this coupon, or none, was chosen in this situation, over the chance of arms and exploration */
  probability: number;
  holdout: 'global' | 'control' | 'none';
  explored: boolean;
  /** campaigns that were to give a coupon, with the customer's arm, in turn */
  reached: { place: number; arm: Arm }[];
}

/**
 * Chooses among campaigns: for a customer who needs a coupon all of them, for another those whose score decides. The first that
 * nothing stands against and in whose control group the customer is not; of equal priority the one that is expected to add
 * most comes first, and what has no score counts as 0. With probability `explorationShare` instead one of those that nothing
 * but the score stands against, all alike. Pure: the same situation gives the same choice.
 */
export function choose(rules: CompiledRules, situation: Situation): Choice {
  const codes = new Uint8Array(rules.size);
  const { holdoutShare, explorationShare, inHoldout, action, scores } = situation;
  const choice: Choice = {
    action,
    chosen: -1,
    outcomes: codes,
    probability: 1,
    holdout: inHoldout ? 'global' : 'none',
    explored: false,
    reached: [],
  };
  const isNeeded = action === 'coupon';
  if (!isNeeded && !scores) codes.fill(notNeeded);
  const found = isNeeded || scores ? findOpen(rules, situation, codes) : nothingFound;
  const drawable = found.open + (explorationShare > 0 ? found.refused : 0);
  if (isNeeded) choice.action = 'none';
  if (drawable === 0) {
    if (action === 'lower-priced-goods') choice.probability = inHoldout ? holdoutShare : 1 - holdoutShare;
    if (inHoldout) choice.action = 'none';
    return choice;
  }

  const { open, refused } = rules.scratch;
  const isDrawn = situation.draw < explorationShare && !(inHoldout && situation.upToThird);
  let turn = open.subarray(0, found.open);
  if (isDrawn) {
    const drawn = Math.floor(situation.pick * drawable);
    const [places, at] = drawn < found.open ? [open, drawn] : [refused, drawn - found.open];
    turn = places.subarray(at, at + 1);
  }
  if (inHoldout) {
    mark(codes, open, found.open, codeOf.holdout);
    holdOut(choice, turn);
  } else {
    mark(codes, open, found.open, isDrawn ? codeOf['not-drawn'] : codeOf['lower-priority']);
    choice.explored = isDrawn;
    take(rules, situation, choice, turn);
  }
  choice.probability = probabilityOf(rules, situation, found, choice.chosen);
  return choice;
}

const nothingFound: Found = { open: 0, refused: 0 };

function mark(codes: Uint8Array, places: Int32Array, count: number, code: number): void {
  for (let at = 0; at < count; at++) codes[places[at]!] = code;
}

/** Who is held out is recorded with the campaign that would have come first, drawn as for everybody else. */
function holdOut(choice: Choice, places: Int32Array): void {
  choice.action = 'none';
  const first = places[0];
  if (first === undefined) return;
  choice.outcomes[first] = codeOf.holdout;
  choice.reached.push({ place: first, arm: 'holdout' });
}

/** Takes the first of these campaigns in whose control group the customer is not. Who is in one gets what they would without it. */
function take(rules: CompiledRules, situation: Situation, choice: Choice, places: Int32Array): void {
  for (let at = 0; at < places.length; at++) {
    const place = places[at]!;
    const share = rules.controlShare[place]!;
    if (share > 0 && situation.isControl(place)) {
      choice.outcomes[place] = codeOf['control-group'];
      choice.reached.push({ place, arm: 'control' });
      choice.holdout = 'control';
      if (situation.upToThird) choice.action = 'none';
      continue;
    }
    choice.reached.push({ place, arm: 'treatment' });
    choice.outcomes[place] = codeOf.granted;
    choice.chosen = place;
    choice.action = 'coupon';
    choice.holdout = 'none';
    return;
  }
}

/** Of the campaign at `chosen`, or of none, over holdout, control groups and exploration. */
function probabilityOf(rules: CompiledRules, situation: Situation, found: Found, chosen: number): number {
  const { holdoutShare: held, explorationShare: explored } = situation;
  const { controlShare, scratch } = rules;
  const drawable = found.open + found.refused;
  let allControl = 1;
  let meanControl = 0;
  for (let at = 0; at < found.open; at++) {
    const share = controlShare[scratch.open[at]!]!;
    if (scratch.open[at] === chosen) {
      return (1 - held) * (1 - share) * ((1 - explored) * allControl + explored / drawable);
    }
    allControl *= share;
    meanControl += share / drawable;
  }
  for (let at = 0; at < found.refused; at++) {
    const share = controlShare[scratch.refused[at]!]!;
    if (scratch.refused[at] === chosen) return (1 - held) * (1 - share) * (explored / drawable);
    meanControl += share / drawable;
  }
  return held + (1 - held) * ((1 - explored) * allControl + explored * meanControl);
}

const notActive = codeOf['not-active'];
const notNeeded = codeOf['not-needed'];
const notInSegment = codeOf['not-in-target-segment'];
const noGain = codeOf['no-expected-gain'];
const notTargeted = codeOf['group-not-targeted'];
const nothingApplies = codeOf['nothing-in-cart-applies'];
const belowMinimum = codeOf['below-minimum-spend'];
const givesNothing = codeOf['gives-nothing'];

/** What stands against each campaign where the action is a coupon; 0 where nothing does. */
export function obstaclesTo(rules: CompiledRules, situation: Situation): Uint8Array {
  const found = new Uint8Array(rules.size);
  findOpen(rules, situation, found);
  return found;
}

function windowAt(rules: CompiledRules, now: number): Window {
  if (rules.window && now >= rules.window.from && now < rules.window.until) return rules.window;
  const { size, from, until, groupBits } = rules;
  const edges = [...from, ...until];
  const byGroup = [...groups, null].map((_, group) => {
    const base = new Uint8Array(size);
    const listed: number[] = [];
    for (let place = 0; place < size; place++) {
      if (now < from[place]! || now >= until[place]!) base[place] = notActive;
      else if ((groupBits[place]! & (1 << group)) === 0) base[place] = notTargeted;
      else listed.push(place);
    }
    return { base, listed: Int32Array.from(listed) };
  });
  rules.window = {
    from: Math.max(...edges.filter((edge) => edge <= now), Number.NEGATIVE_INFINITY),
    until: Math.min(...edges.filter((edge) => edge > now), Number.POSITIVE_INFINITY),
    byGroup,
  };
  return rules.window;
}

/**
 * Writes what stands against each campaign, in a fixed order of obstacles: dates, group, segment, pause, cart, the customer's
 * limits, budgets, a discount of 0.00 on the cart, score. The places that nothing stands against are left in `scratch.open`, in turn; those that only the score
 * does in `scratch.refused`.
 */
function findOpen(rules: CompiledRules, situation: Situation, codes: Uint8Array): Found {
  const { closed, blocked, cart, segments, scores } = situation;
  const group = situation.group === null ? noGroup : groups.indexOf(situation.group);
  const { base, listed } = windowAt(rules, situation.now).byGroup[group]!;
  codes.set(base);
  if (cart) judgeCart(rules, cart, listed, situation, codes);
  else for (let at = 0; at < listed.length; at++) codes[listed[at]!] = closed[listed[at]!]!;
  if (blocked) for (const [place, code] of blocked) if (codes[place] === 0 || codes[place]! > code) codes[place] = code;
  for (const { place, segmentIds } of rules.aimed) {
    if (base[place] === 0 && !segmentIds.some((id) => segments?.has(id))) codes[place] = notInSegment;
  }
  const { open } = rules.scratch;
  if (scores) return weighScores(rules, scores, situation.action === 'coupon', listed, codes);
  let count = 0;
  for (let at = 0; at < listed.length; at++) if (codes[listed[at]!] === 0) open[count++] = listed[at]!;
  return { open: count, refused: 0 };
}

/** Where a score decides, need does not; where there is none, a campaign is for those who need a coupon. */
function weighScores(
  rules: CompiledRules,
  scores: ReadonlyMap<number, Score>,
  isNeeded: boolean,
  listed: Int32Array,
  codes: Uint8Array,
): Found {
  const { open, refused } = rules.scratch;
  const found: Found = { open: 0, refused: 0 };
  for (let at = 0; at < listed.length; at++) {
    const place = listed[at]!;
    if (codes[place] !== 0) continue;
    const score = scores.get(place);
    if (score ? score.expectedMinor > 0 && score.expectedMinor >= score.leastMinor : isNeeded) {
      open[found.open++] = place;
    } else if (score) {
      codes[place] = noGain;
      refused[found.refused++] = place;
    }
  }
  if (!isNeeded) for (let place = 0; place < codes.length; place++) if (!scores.has(place)) codes[place] = notNeeded;
  open.subarray(0, found.open).sort(inTurn(rules, scores));
  return found;
}

/** Orders places as campaigns are tried: by priority, then by the expected gain, then as they stand. */
export function inTurn({ priority }: CompiledRules, scores: ReadonlyMap<number, Score>) {
  const gain = (place: number) => scores.get(place)?.expectedMinor ?? 0;
  return (a: number, b: number) => priority[b]! - priority[a]! || gain(b) - gain(a) || a - b;
}

function judgeCart(
  rules: CompiledRules,
  cart: readonly RuleLine[],
  listed: Int32Array,
  { closed, upToFifth = false }: Pick<Situation, 'closed' | 'upToFifth'>,
  found: Uint8Array,
): void {
  const { scope, leastMinor, scratch } = rules;
  sumByScope(rules, cart);
  for (let at = 0; at < listed.length; at++) {
    const place = listed[at]!;
    const shut = closed[place]!;
    const of = scope[place]!;
    if (shut === notActive) found[place] = notActive;
    else if (scratch.lines[of] === 0) found[place] = nothingApplies;
    else if (scratch.totals[of]! < leastMinor[place]!) found[place] = belowMinimum;
    else if (shut !== 0 || upToFifth || gives(rules, place, cart)) found[place] = shut;
    else found[place] = givesNothing;
  }
}

/** Whether the discount of the campaign at a place is more than 0.00 on this cart: mostly what is known of its scope tells. */
function gives({ offers, scope, scratch }: CompiledRules, place: number, cart: readonly RuleLine[]): boolean {
  const offer = offers[place]!;
  const { discount } = offer;
  const of = scope[place]!;
  // From so much on the share of an amount is one minor unit at least.
  const certain = 100 / ('percent' in discount ? discount.percent : 100);
  switch (discount.type) {
    case 'free-shipping':
      return true;
    case 'amount':
      return scratch.totals[of]! > 0;
    case 'percent':
      if (scratch.totals[of]! >= certain) return true;
      break;
    case 'buy-x-get-y':
      if (scratch.pieces[of]! < discount.buy + discount.get) return false;
      if (scratch.cheapest[of]! >= certain) return true;
  }
  return stack([offer], cart, itemsWithin(cart)).offers[0]!.outcome === 'applied';
}

/** Scopes by the categories that the lines are known to lie in. */
function itemsWithin(cart: readonly RuleLine[]): ItemsForScope {
  return (_, { itemIds, categories }) => {
    const scoped = cart.filter(
      ({ itemId, within }) => itemIds.includes(itemId) || within.some((path) => categories.includes(path)),
    );
    return new Set(scoped.map(({ itemId }) => itemId));
  };
}

const wholeCart = [0];

function sumByScope(rules: CompiledRules, cart: readonly RuleLine[]): void {
  const { lines, totals, pieces, cheapest, lastLine } = rules.scratch;
  lines.fill(0);
  totals.fill(0);
  pieces.fill(0);
  cheapest.fill(Number.POSITIVE_INFINITY);
  lastLine.fill(-1);
  for (let index = 0; index < cart.length; index++) {
    const line = cart[index]!;
    addLine(rules, wholeCart, line, index);
    addLine(rules, rules.scopesByItem.get(line.itemId), line, index);
    for (const path of line.within) addLine(rules, rules.scopesByCategory.get(path), line, index);
  }
}

/** A line counts once in a scope, however often it is in it. */
function addLine(rules: CompiledRules, scopes: readonly number[] | undefined, line: RuleLine, index: number): void {
  if (!scopes) return;
  const { lines, totals, pieces, cheapest, lastLine } = rules.scratch;
  const whole = Math.floor(line.quantity);
  for (const scope of scopes) {
    if (lastLine[scope] === index) continue;
    lastLine[scope] = index;
    lines[scope]!++;
    totals[scope]! += line.amountMinor;
    pieces[scope]! += whole;
    if (whole > 0) cheapest[scope] = Math.min(cheapest[scope]!, line.amountMinor / line.quantity);
  }
}

const firstLetter = 97;

/** Outcomes as text for the log: one letter a campaign. */
export function packOutcomes(codes: Uint8Array): string {
  const letters = Buffer.allocUnsafe(codes.length);
  for (let place = 0; place < codes.length; place++) letters[place] = firstLetter + codes[place]!;
  return letters.toString('latin1');
}

export function unpackOutcomes(text: string): Uint8Array {
  const codes = new Uint8Array(text.length);
  for (let place = 0; place < codes.length; place++) codes[place] = codeAt(text, place);
  return codes;
}

export function codeAt(text: string, place: number): number {
  return text.charCodeAt(place) - firstLetter;
}
