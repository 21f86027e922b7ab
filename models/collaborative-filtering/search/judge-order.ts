import {
  discountAt,
  type Knowledge,
  type Objective,
  objectives,
  type RankingSettings,
  worthOf,
} from '../../ranking/index.ts';
import { customersTogether } from '../blend/members.ts';
import { createCandidateRanker } from '../blend/rank-candidates.ts';
import { type Lesson, type TaughtLesson, teach } from '../learnt-order/learn-order.ts';
import { type ListSums, ndcgOf } from './judge-blend.ts';
import { judgedPlaces } from './rank-pools.ts';
import type { Sheet } from './sheet.ts';

/** How good lists are, by customer. */
export interface OrderJudgement {
  readonly ndcg: Float64Array;
  /** NDCG by what the order is for: hits count what they are worth, the best list is that of what is worth most */
  readonly aim: Float64Array;
  /** what the list's hits are worth together: how many, what is paid for them, and what of that is left */
  readonly sums: Readonly<Record<Objective, Float64Array>>;
  /** what the lists are like, all together */
  readonly lists: ListSums;
}

/** A lesson of a fold's customers, in plain data. */
export interface FoldLesson extends Pick<Lesson, 'input' | 'refused'> {
  readonly sheet: Sheet;
}

/** What a fold's lesson tells of the order. @see teach */
export function teachFold({ lesson, settings }: { lesson: FoldLesson; settings: RankingSettings }): TaughtLesson {
  const { sheet, ...made } = lesson;
  return teach({ ...made, customers: sheet.customers, relevantAt: relevantIn(sheet) }, settings);
}

/** What each of a sheet's customers bought in its window. */
function relevantIn({ relevant: { offsets, items } }: Sheet): Lesson['relevantAt'] {
  return (place) => new Set(items.subarray(offsets[place], offsets[place + 1]));
}

/** Judges the list of every customer of the lesson. */
export function judgeOrder(judged: {
  lesson: FoldLesson;
  /** of what the hits are worth, whatever the lists are ordered by */
  knowledge: Knowledge;
  settings: RankingSettings;
}): OrderJudgement {
  const { lesson, knowledge, settings } = judged;
  const { input, sheet } = lesson;
  const { customers } = sheet;
  const relevantAt = relevantIn(sheet);
  const ranker = createCandidateRanker(input);
  const worths = objectives.map((objective) => ({ objective, worth: worthOf(objective, knowledge) }));
  const aimed = worthOf(settings.objective, knowledge);
  const lists: ListSums = { customers: 0, recall: 0, listed: 0, information: 0, shown: new Set() };
  const column = () => new Float64Array(customers.length);
  const judgement = {
    ndcg: column(),
    aim: column(),
    sums: { purchase: column(), revenue: column(), margin: column() },
  };
  customers.forEach((customer, place) => {
    if (place % customersTogether === 0) ranker.expect(customers.subarray(place, place + customersTogether));
    const { items } = ranker.rank(customer);
    const relevant = relevantAt(place);
    const hits = items.filter((item) => relevant.has(item));
    judgement.ndcg[place] = ndcgOf(items, relevant);
    judgement.aim[place] =
      settings.objective === 'purchase' ? judgement.ndcg[place] : weighedNdcg(items, relevant, aimed);
    for (const { objective, worth } of worths) {
      for (const item of hits) judgement.sums[objective][place] += worth(item);
    }
    for (const item of items) lists.shown.add(item);
    lists.customers++;
    lists.listed += items.length;
    lists.recall += hits.length / relevant.size;
  });
  return { ...judgement, lists };
}

/** 0 where nothing that was bought is worth anything. */
function weighedNdcg(items: Uint32Array, relevant: ReadonlySet<number>, worth: (item: number) => number): number {
  const discounted = (worths: ArrayLike<number>) => {
    let sum = 0;
    for (let place = 0; place < Math.min(judgedPlaces, worths.length); place++)
      sum += worths[place] * discountAt(place);
    return sum;
  };
  const ideal = discounted(Float64Array.from(relevant, worth).sort().reverse());
  const gained = discounted(Float64Array.from(items, (item) => (relevant.has(item) ? worth(item) : 0)));
  return ideal > 0 ? gained / ideal : 0;
}
