import { notNeeded } from '../../policies/judge-policy.ts';
import type { CompiledCampaigns } from './compiled-campaigns.ts';
import { type Isolator, isIsolated } from './isolation.ts';
import { type Drawable, findOpen, refuseAll, verdictsOf } from './obstacles.ts';
import { codeOf } from './outcome-codes.ts';
import type { Choice, Situation } from './situation.ts';

/**
 * Chooses among campaigns, of which each policy says which are for the customer. The first that nothing stands against and in whose control group the customer is not; of equal priority
 * the one that is expected to add most comes first, and what has no score counts as 0. With probability `explorationShare`
 * instead one of those that nothing but the score stands against, all alike. Pure but for the campaigns' scratch memory: the
 * same situation gives the same choice.
 */
export function choose(campaigns: CompiledCampaigns, situation: Situation): Choice {
  const codes = new Uint8Array(campaigns.size);
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
  const verdicts = verdictsOf(campaigns, situation);
  const isAnyFor = scores !== undefined || verdicts.some((verdict) => verdict !== notNeeded);
  if (!isAnyFor) refuseAll(campaigns, situation, codes);
  const found = isAnyFor ? findOpen(campaigns, situation, codes, verdicts) : nothingOpen;
  const drawable = found.open + (explorationShare > 0 ? found.refused : 0);
  if (isNeeded) choice.action = 'none';
  if (drawable === 0) {
    if (action === 'lower-priced-goods') choice.probability = inHoldout ? holdoutShare : 1 - holdoutShare;
    if (inHoldout) choice.action = 'none';
    return choice;
  }

  const { open, refused } = campaigns.scratch;
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
    take(campaigns, situation, choice, turn);
  }
  choice.probability = probabilityOf(campaigns, situation, found, choice.chosen);
  return choice;
}

const nothingOpen: Drawable = { open: 0, refused: 0 };

function mark(codes: Uint8Array, places: Int32Array, count: number, code: number): void {
  for (let at = 0; at < count; at++) codes[places[at]] = code;
}

/** Who is held out is recorded with the campaign that would have come first, drawn as for everybody else. */
function holdOut(choice: Choice, places: Int32Array): void {
  choice.action = 'none';
  const first = places[0];
  if (first === undefined) return;
  choice.outcomes[first] = codeOf.holdout;
  choice.reached.push({ place: first, arm: 'holdout' });
}

/**
 * Takes the first of these campaigns in whose control group the customer is not. Who is in one gets what they would without it, unless the
 * campaign keeps its control from that too.
 */
function take(campaigns: CompiledCampaigns, situation: Situation, choice: Choice, places: Int32Array): void {
  const before: Isolator[] = [];
  for (let at = 0; at < places.length; at++) {
    const place = places[at];
    if (before.length > 0 && isIsolated(campaigns, before, place)) {
      choice.outcomes[place] = codeOf['control-of-another'];
      continue;
    }
    const share = campaigns.controlShare[place];
    if (share > 0 && situation.isControl(place)) {
      choice.outcomes[place] = codeOf['control-group'];
      choice.reached.push({ place, arm: 'control' });
      choice.holdout = 'control';
      if (situation.upToThird) choice.action = 'none';
      const isolator = campaigns.isolators[place];
      if (isolator) before.push(isolator);
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
function probabilityOf(campaigns: CompiledCampaigns, situation: Situation, found: Drawable, chosen: number): number {
  const { holdoutShare: held, explorationShare: explored } = situation;
  const { controlShare, scratch } = campaigns;
  const drawable = found.open + found.refused;
  const before: Isolator[] = [];
  let allControl = 1;
  let meanControl = 0;
  for (let at = 0; at < found.open; at++) {
    const place = scratch.open[at];
    const share = controlShare[place];
    const isPassedBy = before.length > 0 && isIsolated(campaigns, before, place);
    if (place === chosen) {
      return (1 - held) * (1 - share) * ((1 - explored) * (isPassedBy ? 0 : allControl) + explored / drawable);
    }
    if (!isPassedBy) {
      allControl *= share;
      const isolator = campaigns.isolators[place];
      if (isolator) before.push(isolator);
    }
    meanControl += share / drawable;
  }
  for (let at = 0; at < found.refused; at++) {
    const share = controlShare[scratch.refused[at]];
    if (scratch.refused[at] === chosen) return (1 - held) * (1 - share) * (explored / drawable);
    meanControl += share / drawable;
  }
  return held + (1 - held) * ((1 - explored) * allControl + explored * meanControl);
}
