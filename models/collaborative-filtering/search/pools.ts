import { createMember, customersTogether, type Member } from '../blend/members.ts';
import { scaleOf } from '../blend/normalise.ts';
import type { Matrices } from '../facts.ts';
import { createTopSelector } from '../top-selector.ts';
import type { TrainedModel } from '../trained-model.ts';
import { valuesOf } from '../transpose.ts';
import type { Sheet } from './sheet.ts';

/** Best items of every method, and best sellers, that compete for the judged places. */
const depth = 120;

/**
 * What competes for the lists of some customers: whatever one of several methods or popularity ranks high, and what the
 * customer has bought. Blends of the methods can then be judged without training anything again.
 */
export interface Pools {
  /** entries of customer n: offsets[n] .. offsets[n + 1] */
  readonly offsets: Uint32Array;
  /** ascending within a customer */
  readonly items: Uint32Array;
  /** 1 where the entry was held out */
  readonly isRelevant: Uint8Array;
  /** by customer: how many items were held out */
  readonly relevantCounts: Uint32Array;
  /** of each method: its score of every entry, brought to one scale */
  readonly tastes: readonly Float32Array[];
}

/**
 * Gathers pools under trained models, of a sheet's customers from `start` until before `end`. Work of a customer: what each
 * model knows of the history; factors are scored against every item, many customers together.
 */
export function createGatherer(
  sheet: Sheet,
  matrices: Matrices,
  models: readonly TrainedModel[],
): (start: number, end: number) => Pools {
  const { columns: itemCount } = matrices.interactions;
  const excludesOwn = sheet.repurchase === 'exclude';
  const eligible = Uint8Array.from(matrices.popularity, (score, item) =>
    score > 0 && sheet.eligible?.[item] !== 0 ? 1 : 0,
  );
  const excluded = excludesOwn ? matrices.repurchases : undefined;
  const members = models.map((model) => createMember(model, { limit: Math.min(depth, itemCount), eligible, excluded }));
  const pool = createPool(matrices, { eligible, excludesOwn });
  const scores = new Float64Array(itemCount);
  const tastes = new Float32Array(itemCount);

  return (start, end) => {
    const columns = {
      items: createColumn(Uint32Array),
      isRelevant: createColumn<Uint8Array>(Uint8Array),
      tastes: models.map(() => createColumn(Float32Array)),
    };
    const offsets = new Uint32Array(end - start + 1);
    for (let place = start; place < end; place++) {
      if ((place - start) % customersTogether === 0) {
        const together = sheet.customers.subarray(place, Math.min(end, place + customersTogether));
        for (const member of members) member.expect(together);
      }
      const { entries, scales } = pool.gather(sheet.customers[place], members);
      columns.items.append(entries);
      columns.isRelevant.append(markRelevant(sheet, place, entries));
      members.forEach((member, index) => {
        member.lookUp(entries, scores);
        for (let rank = 0; rank < entries.length; rank++) tastes[rank] = Math.fround(scores[rank]) * scales[index];
        columns.tastes[index].append(tastes.subarray(0, entries.length));
        member.clear();
      });
      offsets[place - start + 1] = offsets[place - start] + entries.length;
    }
    const held = sheet.relevant.offsets.subarray(start, end + 1);
    return {
      offsets,
      items: columns.items.take(),
      isRelevant: columns.isRelevant.take(),
      relevantCounts: held.slice(1).map((last, place) => last - held[place]),
      tastes: columns.tastes.map((taste) => taste.take()),
    };
  };
}

/** Gathers the pools of some customers: what `createGatherer` does, in one step. */
export function gatherTogether(input: {
  readonly sheet: Sheet;
  readonly matrices: Matrices;
  readonly models: readonly TrainedModel[];
  readonly start: number;
  readonly end: number;
}): Pools {
  return createGatherer(input.sheet, input.matrices, input.models)(input.start, input.end);
}

/** The pools of customers who follow each other. */
export function joinPools(parts: readonly Pools[]): Pools {
  const join = <Values extends Uint32Array | Uint8Array | Float32Array>(
    kind: new (length: number) => Values,
    columns: readonly Values[],
  ) => {
    const joined = new kind(columns.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const column of columns) {
      joined.set(column, end);
      end += column.length;
    }
    return joined;
  };
  const counts = parts.map(({ offsets }) => offsets.subarray(1).map((end, place) => end - offsets[place]));
  const offsets = join(Uint32Array, [Uint32Array.of(0), ...counts]);
  for (let place = 1; place < offsets.length; place++) offsets[place] += offsets[place - 1];
  return {
    offsets,
    items: join(
      Uint32Array,
      parts.map(({ items }) => items),
    ),
    isRelevant: join(
      Uint8Array,
      parts.map(({ isRelevant }) => isRelevant),
    ),
    relevantCounts: join(
      Uint32Array,
      parts.map(({ relevantCounts }) => relevantCounts),
    ),
    tastes: parts[0].tastes.map((_, method) =>
      join(
        Float32Array,
        parts.map(({ tastes }) => tastes[method]),
      ),
    ),
  };
}

/** 1 beside the entries, ascending, that were held out of the customer at this place. */
function markRelevant({ relevant: { offsets, items } }: Sheet, place: number, entries: Uint32Array): Uint8Array {
  const marks = new Uint8Array(entries.length);
  let held = offsets[place];
  const end = offsets[place + 1];
  for (let rank = 0; rank < entries.length && held < end; rank++) {
    while (held < end && items[held] < entries[rank]) held++;
    if (held < end && items[held] === entries[rank]) marks[rank] = 1;
  }
  return marks;
}

/** Finds what competes for one customer's list after the other's. */
function createPool(
  { interactions, repurchases, popularity }: Matrices,
  { eligible, excludesOwn }: { eligible: Uint8Array; excludesOwn: boolean },
) {
  const itemCount = interactions.columns;
  const values = valuesOf(interactions);
  const selector = createTopSelector(Math.min(depth, itemCount));
  popularity.forEach((score, item) => {
    if (eligible[item] === 1) selector.offer(item, score);
  });
  const bestSellers = selector.take().items.slice();
  const state = new Uint8Array(itemCount);
  const [pooled, owned] = [1, 2];
  const competitors = new Uint32Array(itemCount);
  const scores = new Float64Array(itemCount);
  let count = 0;

  function enter(item: number): void {
    if (state[item] !== 0 || eligible[item] === 0) return;
    state[item] = pooled;
    competitors[count++] = item;
  }

  /** Lets a member's best compete. @returns what its scores are multiplied by */
  function enterBest(liked: Uint32Array): number {
    for (let rank = 0; rank < liked.length; rank++) {
      const item = liked[rank];
      // Scores are compared as they are kept.
      const score = Math.fround(scores[rank]);
      if (score > 0 && eligible[item] === 1 && state[item] !== owned) selector.offer(item, score);
    }
    const top = selector.take();
    for (const item of top.items) enter(item);
    return scaleOf(top.scores);
  }

  return {
    /** @returns the entries, ascending, and by member what its scores are multiplied by; views that hold until the next call */
    gather(customer: number, members: readonly Member[]) {
      const [start, end] = [interactions.offsets[customer], interactions.offsets[customer + 1]];
      const history = {
        items: interactions.indices.subarray(start, end),
        values: values.subarray(start, end),
        customer,
      };
      const bought = repurchases.indices.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]);
      count = 0;
      if (excludesOwn) for (const item of bought) state[item] = owned;
      for (const item of bestSellers) enter(item);
      for (const item of bought) enter(item);
      const scales = members.map((member) => {
        const liked = member.score(history);
        member.lookUp(liked, scores);
        return enterBest(liked);
      });
      const entries = competitors.subarray(0, count).sort();
      for (const item of entries) state[item] = 0;
      for (const item of bought) state[item] = 0;
      return { entries, scales };
    },
  };
}

/** A typed array that grows. */
function createColumn<Values extends Uint32Array | Uint8Array | Float32Array>(kind: new (length: number) => Values) {
  let values: Values = new kind(1_024);
  let length = 0;
  return {
    append(more: Values): void {
      if (length + more.length > values.length) {
        const longer = new kind(2 * (length + more.length));
        longer.set(values);
        values = longer;
      }
      values.set(more, length);
      length += more.length;
    },
    take: () => values.slice(0, length) as Values,
  };
}
