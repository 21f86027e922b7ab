import type { Group } from '../segments/index.ts';
import type { Campaign } from './campaign-terms.ts';
import type { Action } from './decide.ts';
import { codeOf } from './eligibility.ts';

/** Changes with every change of how a decision comes about from its inputs. */
export const rulesVersion = '2';

export const groups: readonly Group[] = ['high-value', 'high-quality', 'ordinary', 'low-contribution'];
const noGroup = groups.length;

type Term =
  | 'campaignKey'
  | 'campaignId'
  | 'validFrom'
  | 'validUntil'
  | 'targetGroups'
  | 'itemIds'
  | 'categories'
  | 'minimumSpendMinor'
  | 'controlShare';

/** Campaigns made ready for many decisions: columns by place in the order in which they are tried. */
export interface CompiledRules {
  readonly size: number;
  readonly campaignIds: readonly string[];
  readonly places: ReadonlyMap<number, number>;
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** bit g: group g may have it; the last bit is that of customers without a group */
  readonly groupBits: Uint8Array;
  /** −1: nothing to reach */
  readonly leastMinor: Float64Array;
  /** place of its scope; −1: the whole cart */
  readonly scope: Int32Array;
  readonly scopes: number;
  readonly scopesByItem: ReadonlyMap<string, readonly number[]>;
  readonly scopesByCategory: ReadonlyMap<string, readonly number[]>;
  readonly controlShare: Float64Array;
  /** of use while one choice is made */
  readonly scratch: { lines: Int32Array; totals: Float64Array; lastLine: Int32Array; open: Int32Array };
  /** what holds for all moments between two at which a campaign begins or ends; made anew when time leaves it */
  window: Window | undefined;
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
    if (itemIds.length === 0 && categories.length === 0) return -1;
    const key = JSON.stringify([itemIds, categories]);
    const known = scopeOf.get(key);
    if (known !== undefined) return known;
    const place = scopeOf.size;
    scopeOf.set(key, place);
    for (const id of itemIds) put(scopesByItem, id, place);
    for (const path of categories) put(scopesByCategory, path, place);
    return place;
  });
  return {
    size,
    campaignIds: campaigns.map(({ campaignId }) => campaignId),
    places: new Map(campaigns.map(({ campaignKey }, place) => [campaignKey, place])),
    from: Float64Array.from(campaigns, ({ validFrom }) => validFrom.getTime()),
    until: Float64Array.from(campaigns, ({ validUntil }) => validUntil.getTime()),
    groupBits: Uint8Array.from(campaigns, ({ targetGroups }) =>
      targetGroups.length === 0
        ? (1 << (noGroup + 1)) - 1
        : targetGroups.reduce((bits, group) => bits | (1 << groups.indexOf(group)), 0),
    ),
    leastMinor: Float64Array.from(campaigns, ({ minimumSpendMinor }) => minimumSpendMinor ?? -1),
    scope,
    scopes: scopeOf.size,
    scopesByItem,
    scopesByCategory,
    controlShare: Float64Array.from(campaigns, ({ controlShare }) => controlShare),
    scratch: {
      lines: new Int32Array(scopeOf.size),
      totals: new Float64Array(scopeOf.size),
      lastLine: new Int32Array(scopeOf.size),
      open: new Int32Array(size),
    },
    window: undefined,
  };
}

/** A cart line as the rules see it; `within`: those of the campaigns' categories that its item lies in or below. */
export interface RuleLine {
  itemId: string;
  amountMinor: number;
  within: readonly string[];
}

/** All that a choice among campaigns depends on. */
export interface Situation {
  now: number;
  action: Action;
  group: Group | null;
  /** by place: code of the outcome that stands against the campaign for everybody, 0 for none */
  closed: Uint8Array;
  /** place → code of what stands against it for this customer */
  blocked: ReadonlyMap<number, number> | null;
  /** null: no cart to judge by, so scope and minimum spend are left to the redemption */
  cart: readonly RuleLine[] | null;
  holdoutShare: number;
  explorationShare: number;
  /** where the customer falls in [0, 1) for the global holdout */
  holdoutPoint: number;
  /** the same for the control group of the campaign at a place */
  controlPoint: (place: number) => number;
  /** chance of this decision, in [0, 1): whether it explores, and what it then draws */
  draw: number;
  pick: number;
}

export type Arm = 'treatment' | 'control' | 'holdout';

export interface Choice {
  action: Action;
  /** place of the campaign that is to give a coupon; −1: none */
  chosen: number;
  /** by place: code of the outcome */
  outcomes: Uint8Array;
  /** with which this action was chosen in this situation, over the chance of arms and exploration */
  probability: number;
  holdout: 'global' | 'control' | 'none';
  explored: boolean;
  /** campaigns that were to give a coupon, with the customer's arm, in turn */
  reached: { place: number; arm: Arm }[];
}

/**
 * Chooses among campaigns, for a customer who needs a coupon: the first that nothing stands against and in whose control group
 * the customer is not. With probability `explorationShare` instead one of those that nothing stands against, all alike. Pure:
 * the same situation gives the same choice.
 */
export function choose(rules: CompiledRules, situation: Situation): Choice {
  const { size } = rules;
  const found = new Uint8Array(size);
  const { holdoutShare, explorationShare } = situation;
  const inHoldout = holdoutShare > 0 && situation.holdoutPoint < holdoutShare;
  const choice: Choice = {
    action: situation.action,
    chosen: -1,
    outcomes: found,
    probability: 1,
    holdout: inHoldout ? 'global' : 'none',
    explored: false,
    reached: [],
  };
  if (situation.action !== 'coupon') {
    found.fill(codeOf['not-needed']);
    if (situation.action === 'lower-priced-goods') {
      choice.probability = inHoldout ? holdoutShare : 1 - holdoutShare;
      if (inHoldout) choice.action = 'none';
    }
    return choice;
  }
  const count = findOpen(rules, situation, found);
  const { open } = rules.scratch;
  choice.action = 'none';
  if (count === 0) return choice;

  if (inHoldout) {
    mark(found, open, count, codeOf.holdout);
    choice.reached.push({ place: open[0]!, arm: 'holdout' });
  } else if (explorationShare > 0 && situation.draw < explorationShare) {
    choice.explored = true;
    mark(found, open, count, codeOf['not-drawn']);
    const drawn = Math.floor(situation.pick * count);
    take(rules, situation, choice, drawn, drawn + 1);
  } else {
    mark(found, open, count, codeOf['lower-priority']);
    take(rules, situation, choice, 0, count);
  }
  choice.probability = probabilityOf(rules, situation, count, choice.chosen);
  return choice;
}

function mark(found: Uint8Array, places: Int32Array, count: number, code: number): void {
  for (let at = 0; at < count; at++) found[places[at]!] = code;
}

/** Takes, of the open campaigns from one to before another, the first in whose control group the customer is not. */
function take(rules: CompiledRules, situation: Situation, choice: Choice, first: number, end: number): void {
  for (let at = first; at < end; at++) {
    const place = rules.scratch.open[at]!;
    const share = rules.controlShare[place]!;
    if (share > 0 && situation.controlPoint(place) < share) {
      choice.outcomes[place] = codeOf['control-group'];
      choice.reached.push({ place, arm: 'control' });
      choice.holdout = 'control';
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
function probabilityOf(rules: CompiledRules, situation: Situation, count: number, chosen: number): number {
  const { holdoutShare: held, explorationShare: explored } = situation;
  const { controlShare, scratch } = rules;
  let allControl = 1;
  let meanControl = 0;
  for (let at = 0; at < count; at++) {
    const share = controlShare[scratch.open[at]!]!;
    if (scratch.open[at] === chosen) {
      return (1 - held) * (1 - share) * ((1 - explored) * allControl + explored / count);
    }
    allControl *= share;
    meanControl += share / count;
  }
  return held + (1 - held) * ((1 - explored) * allControl + explored * meanControl);
}

const notActive = codeOf['not-active'];
const notTargeted = codeOf['group-not-targeted'];
const nothingApplies = codeOf['nothing-in-cart-applies'];
const belowMinimum = codeOf['below-minimum-spend'];

/** What stands against each campaign for a customer who needs a coupon; 0 where nothing does. */
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
 * Writes what stands against each campaign, in a fixed order of obstacles: dates, group, pause, cart, the customer's limits,
 * budgets. @returns how many nothing stands against; their places are in `scratch.open`, in turn
 */
function findOpen(rules: CompiledRules, situation: Situation, found: Uint8Array): number {
  const { closed, blocked, cart } = situation;
  const group = situation.group === null ? noGroup : groups.indexOf(situation.group);
  const { base, listed } = windowAt(rules, situation.now).byGroup[group]!;
  const { open } = rules.scratch;
  found.set(base);
  if (cart) judgeCart(rules, cart, listed, closed, found);
  else for (let at = 0; at < listed.length; at++) found[listed[at]!] = closed[listed[at]!]!;
  if (blocked) for (const [place, code] of blocked) if (found[place] === 0 || found[place]! > code) found[place] = code;
  let count = 0;
  for (let at = 0; at < listed.length; at++) if (found[listed[at]!] === 0) open[count++] = listed[at]!;
  return count;
}

function judgeCart(
  rules: CompiledRules,
  cart: readonly RuleLine[],
  listed: Int32Array,
  closed: Uint8Array,
  found: Uint8Array,
): void {
  const { scope, leastMinor } = rules;
  const { lines, totals } = totalsByScope(rules, cart);
  let whole = 0;
  for (const line of cart) whole += line.amountMinor;
  for (let at = 0; at < listed.length; at++) {
    const place = listed[at]!;
    const shut = closed[place]!;
    const of = scope[place]!;
    if (shut === notActive) found[place] = notActive;
    else if (of >= 0 && lines[of] === 0) found[place] = nothingApplies;
    else if ((of < 0 ? whole : totals[of]!) < leastMinor[place]!) found[place] = belowMinimum;
    else found[place] = shut;
  }
}

function totalsByScope(rules: CompiledRules, cart: readonly RuleLine[]): { lines: Int32Array; totals: Float64Array } {
  const { lines, totals, lastLine } = rules.scratch;
  lines.fill(0);
  totals.fill(0);
  lastLine.fill(-1);
  for (let index = 0; index < cart.length; index++) {
    const line = cart[index]!;
    addLine(rules, rules.scopesByItem.get(line.itemId), line.amountMinor, index);
    for (const path of line.within) addLine(rules, rules.scopesByCategory.get(path), line.amountMinor, index);
  }
  return rules.scratch;
}

/** A line counts once in a scope, however often it is in it. */
function addLine(
  rules: CompiledRules,
  scopes: readonly number[] | undefined,
  amountMinor: number,
  index: number,
): void {
  if (!scopes) return;
  const { lines, totals, lastLine } = rules.scratch;
  for (const scope of scopes) {
    if (lastLine[scope] === index) continue;
    lastLine[scope] = index;
    lines[scope]!++;
    totals[scope]! += amountMinor;
  }
}

/** Outcomes as text for the log: one letter a campaign. */
export function packOutcomes(codes: Uint8Array): string {
  return String.fromCharCode(...codes.map((code) => 97 + code));
}

export function unpackOutcomes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0) - 97);
}
