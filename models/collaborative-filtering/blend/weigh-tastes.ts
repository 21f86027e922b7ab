import { createHistoryScorer, type HistoryScorer } from '../graphs/score-history.ts';
import { createTopSelector } from '../top-selector.ts';
import { valuesOf } from '../transpose.ts';
import type { CandidateInput } from './candidates.ts';
import type { Contest } from './contest.ts';
import { denseMember, factorMember, graphMember, type Member } from './members.ts';
import { bestPlaces, scaleOf } from './normalise.ts';

/** What the methods make of the history of one customer after the other. */
export interface Tastes {
  /** of every item that competes: the weighted sum of the methods' scores, each brought to one scale */
  readonly values: Float64Array;
  /** the served graph's part in them */
  readonly graph: HistoryScorer;
  /** Lets compete what the methods like, and weighs whatever competes. @returns the greatest taste that may be listed */
  weigh(customer: number): number;
  clear(): void;
}

/** Scratch: 24 bytes an item, and 4 more for each of the other methods. */
export function createTastes(input: CandidateInput, contest: Contest, mayBeListed: (item: number) => boolean): Tastes {
  const { neighbours, weight = 1, others = [], interactions } = input;
  const interactionValues = valuesOf(interactions);
  const graph = createHistoryScorer(neighbours);
  const { scores } = graph;
  const { items: competitors, enter } = contest;
  const values = new Float64Array(neighbours.itemCount);
  const members = membersOf(input);
  const selector = createTopSelector(deepest(input));

  /** What a method's scores are multiplied by; its best items stay in the selector. */
  function scale(items: Uint32Array, scoreOf: (item: number) => number) {
    for (const item of items) {
      const score = scoreOf(item);
      if (score > 0 && mayBeListed(item)) selector.offer(item, score);
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
      const scored = member.score(history);
      const { best, factor } = scale(scored, member.scoreOf);
      for (const item of member.isWide ? best : scored) enter(item);
      return member.weight * factor;
    });
    const graphFactor = weight * (others.length > 0 ? scale(touched, (item) => scores[item]).factor : 1);
    if (weight > 0) for (const item of touched) enter(item);
    let greatest = 0;
    const { count } = contest;
    for (let rank = 0; rank < count; rank++) {
      const item = competitors[rank];
      let sum = graphFactor * scores[item];
      for (let index = 0; index < members.length; index++) sum += factors[index] * members[index].scoreOf(item);
      values[item] = Math.max(0, sum);
      if (mayBeListed(item)) greatest = Math.max(greatest, values[item]);
    }
    for (const member of members) member.clear();
    return greatest;
  }

  return {
    values,
    graph,
    weigh,
    clear() {
      const { count } = contest;
      for (let rank = 0; rank < count; rank++) values[competitors[rank]] = 0;
      graph.clear();
    },
  };
}

/** So many of a method's best items are looked at. */
function deepest({ neighbours, recipe }: CandidateInput): number {
  return Math.min(Math.max(recipe.candidates, bestPlaces), neighbours.itemCount);
}

function membersOf(input: CandidateInput): Member[] {
  const { others = [], recipe, repurchases } = input;
  const excluded = recipe.repurchase === 'exclude' ? repurchases : undefined;
  return others.map(({ graph, factors, method, weight }) => {
    if (graph) return graphMember(graph, weight);
    return factors ? factorMember(factors, weight, { limit: deepest(input), excluded }) : denseMember(method, weight);
  });
}
