import { createHistoryScorer, type HistoryScorer } from '../graphs/score-history.ts';
import { createTopSelector, type TopSelector } from '../top-selector.ts';
import type { KnownHistory } from '../trained-method.ts';
import { valuesOf } from '../transpose.ts';
import type { CandidateInput } from './candidates.ts';
import type { Contest } from './contest.ts';
import { createMember, type Member } from './members.ts';
import { bestPlaces, scaleOf } from './normalise.ts';

/** What the methods make of the history of one customer after the other. */
export interface Tastes {
  /** of every item that competes: the weighted sum of the methods' scores, each brought to one scale */
  readonly values: Float64Array;
  /** the served graph's part in them */
  readonly graph: HistoryScorer;
  /** Who is weighed next, at most customersTogether. */
  expect(customers: Uint32Array): void;
  /** Lets compete what the methods like, and weighs whatever competes. @returns the greatest taste that may be listed */
  weigh(customer: number): number;
  /** The scores that each method gives these items, none below 0; the graph first. Views that hold until the next call. */
  lookUpEach(items: Uint32Array): readonly Float64Array[];
  clear(): void;
}

/** Scratch: 48 bytes an item, and what the other methods need. */
export function createTastes(input: CandidateInput, contest: Contest, mayBeListed: (item: number) => boolean): Tastes {
  const { neighbours, weight = 1, others = [], interactions } = input;
  const interactionValues = valuesOf(interactions);
  const graph = createHistoryScorer(neighbours);
  const { items: competitors, enter } = contest;
  const values = new Float64Array(neighbours.itemCount);
  const read = new Float64Array(neighbours.itemCount);
  const summed = new Float64Array(neighbours.itemCount);
  const members = membersOf(input);
  const most = deepest(input);
  const each = Array.from({ length: 1 + members.length }, () => new Float64Array(most));
  const selectBest = createTopSelector(most);
  const selectFew = createTopSelector(Math.min(bestPlaces, neighbours.itemCount));

  /** The best of the items by the scores beside them; views that hold until the selector's next call. */
  function takeBest(selector: TopSelector, items: Uint32Array, scores: Float64Array) {
    for (let rank = 0; rank < items.length; rank++) {
      const score = scores[rank];
      if (score > 0 && mayBeListed(items[rank])) selector.offer(items[rank], score);
    }
    return selector.take();
  }

  /** What the scores of a member are multiplied by; what it likes competes, or its best, where it knows something of most items. */
  function enterLiked(member: Member, history: Required<KnownHistory>): number {
    const liked = member.score(history);
    member.lookUp(liked, read);
    const best = takeBest(member.isWide ? selectBest : selectFew, liked, read);
    enterAll(member.isWide ? best.items : liked);
    return scaleOf(best.scores);
  }

  /** What the served graph's scores are multiplied by. */
  function scaleGraph(touched: Uint32Array): number {
    for (let rank = 0; rank < touched.length; rank++) read[rank] = graph.scores[touched[rank]];
    return scaleOf(takeBest(selectFew, touched, read).scores);
  }

  function enterAll(items: Uint32Array): void {
    for (let rank = 0; rank < items.length; rank++) enter(items[rank]);
  }

  function weigh(customer: number): number {
    const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
    const history = {
      items: interactions.indices.subarray(start, end),
      values: interactionValues.subarray(start, end),
      customer,
    };
    const touched = graph.score(history.items, history.values);
    const factors = members.map((member) => enterLiked(member, history));
    let graphPart = weight;
    if (weight > 0) {
      if (members.length > 0) graphPart *= scaleGraph(touched);
      enterAll(touched);
    }
    const { count } = contest;
    const competing = competitors.subarray(0, count);
    const sums = summed.subarray(0, count).fill(0);
    // Beside the competitors, not by item: what lies together is read faster than what is all over the catalogue.
    if (graphPart > 0) for (let rank = 0; rank < count; rank++) sums[rank] = graphPart * graph.scores[competing[rank]];
    members.forEach((member, index) => {
      const part = others[index].weight * factors[index];
      member.lookUp(competing, read);
      for (let rank = 0; rank < count; rank++) sums[rank] += part * read[rank];
    });
    let greatest = 0;
    for (let rank = 0; rank < count; rank++) {
      const value = Math.max(0, sums[rank]);
      values[competing[rank]] = value;
      if (value > greatest && mayBeListed(competing[rank])) greatest = value;
    }
    return greatest;
  }

  return {
    values,
    graph,
    expect(customers) {
      for (const member of members) member.expect(customers);
    },
    weigh,
    lookUpEach(items) {
      members.forEach((member, index) => {
        member.lookUp(items, each[1 + index]);
      });
      for (let rank = 0; rank < items.length; rank++) each[0][rank] = graph.scores[items[rank]];
      return each.map((scores) => {
        for (let rank = 0; rank < items.length; rank++) scores[rank] = Math.max(0, scores[rank]);
        return scores.subarray(0, items.length);
      });
    },
    clear() {
      for (const member of members) member.clear();
      const { count } = contest;
      for (let rank = 0; rank < count; rank++) values[competitors[rank]] = 0;
      graph.clear();
    },
  };
}

/** So many of a method's best items are looked at. */
function deepest({ neighbours, recipe, ranking }: CandidateInput): number {
  return Math.min(Math.max(recipe.candidates, ranking?.candidates ?? 0, bestPlaces), neighbours.itemCount);
}

function membersOf(input: CandidateInput): Member[] {
  const { others = [], recipe, repurchases, eligible } = input;
  const excluded = recipe.repurchase === 'exclude' ? repurchases : undefined;
  return others.map(({ model }) => createMember(model, { limit: deepest(input), eligible, excluded }));
}
