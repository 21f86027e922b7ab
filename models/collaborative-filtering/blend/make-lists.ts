import type { CandidateInput, Candidates } from './candidates.ts';
import { customersTogether } from './members.ts';
import { createCandidateRanker } from './rank-candidates.ts';

/** Lists of several customers: that of customer n is at offsets[n] .. offsets[n + 1] of the other arrays. */
export interface CandidateLists extends Candidates {
  readonly offsets: Uint32Array;
}

/** The lists of these customers, rows of the matrices, in their order. */
export function listCandidates({
  input,
  customers,
}: {
  input: CandidateInput;
  customers: Uint32Array;
}): CandidateLists {
  const most = customers.length * Math.min(input.recipe.candidates, input.neighbours.itemCount);
  const offsets = new Uint32Array(customers.length + 1);
  const lists = {
    items: new Uint32Array(most),
    scores: new Float32Array(most),
    sources: new Uint8Array(most),
    because: new Uint32Array(most),
    reasons: new Uint8Array(most),
  };
  const ranker = createCandidateRanker(input);
  let end = 0;
  customers.forEach((customer, place) => {
    if (place % customersTogether === 0) ranker.expect(customers.subarray(place, place + customersTogether));
    const list = ranker.rank(customer);
    lists.items.set(list.items, end);
    lists.scores.set(list.scores, end);
    lists.sources.set(list.sources, end);
    lists.because.set(list.because, end);
    lists.reasons.set(list.reasons, end);
    end += list.items.length;
    offsets[place + 1] = end;
  });
  return {
    offsets,
    items: lists.items.slice(0, end),
    scores: lists.scores.slice(0, end),
    sources: lists.sources.slice(0, end),
    because: lists.because.slice(0, end),
    reasons: lists.reasons.slice(0, end),
  };
}

/** The list of the customer at this place among several. */
export function listAt(
  { offsets, items, scores, sources, because, reasons }: CandidateLists,
  place: number,
): Candidates {
  const [start, end] = [offsets[place], offsets[place + 1]];
  return {
    items: items.subarray(start, end),
    scores: scores.subarray(start, end),
    sources: sources.subarray(start, end),
    because: because.subarray(start, end),
    reasons: reasons.subarray(start, end),
  };
}
