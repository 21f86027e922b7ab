import { createHistoryScorer, type HistoryScorer } from '../graphs/score-history.ts';
import { createTopSelector } from '../top-selector.ts';
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

/** Scratch: 40 bytes an item, and what the other methods need. */
export function createTastes(input: CandidateInput, contest: Contest, mayBeListed: (item: number) => boolean): Tastes {
  const { neighbours, weight = 1, others = [], interactions } = input;
  const interactionValues = valuesOf(interactions);
  const graph = createHistoryScorer(neighbours);
  const { items: competitors, enter } = contest;
  const values = new Float64Array(neighbours.itemCount);
  const read = new Float64Array(neighbours.itemCount);
  const members = membersOf(input);
  const selector = createTopSelector(deepest(input));
  const each = Array.from({ length: 1 + members.length }, () => new Float64Array(deepest(input)));

  /** What a method's scores are multiplied by. @param scores beside the items that it likes; its best are `best` until the next call */
  function scale(items: Uint32Array, scoreAt: (rank: number) => number) {
    for (let rank = 0; rank < items.length; rank++) {
      const score = scoreAt(rank);
      if (score > 0 && mayBeListed(items[rank])) selector.offer(items[rank], score);
    }
    const best = selector.take();
    return { best: best.items, factor: scaleOf(best.scores) };
  }

  function weigh(customer: number): number {
    const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
    const history = {
      items: interactions.indices.subarray(start, end),
      values: interactionValues.subarray(start, end),
      customer,
    };
    const touched = graph.score(history.items, history.values);
    const factors = members.map((member) => {
      const liked = member.score(history);
      member.lookUp(liked, read);
      const { best, factor } = scale(liked, (rank) => read[rank]);
      for (const item of member.isWide ? best : liked) enter(item);
      return factor;
    });
    const graphFactor = others.length > 0 ? scale(touched, (rank) => graph.scores[touched[rank]]).factor : 1;
    if (weight > 0) for (const item of touched) enter(item);
    const { count } = contest;
    const competing = competitors.subarray(0, count);
    for (const item of competing) values[item] = weight * graphFactor * graph.scores[item];
    members.forEach((member, index) => {
      const part = others[index].weight * factors[index];
      member.lookUp(competing, read);
      for (let rank = 0; rank < count; rank++) values[competing[rank]] += part * read[rank];
    });
    let greatest = 0;
    for (const item of competing) {
      values[item] = Math.max(0, values[item]);
      if (values[item] > greatest && mayBeListed(item)) greatest = values[item];
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
