import { type Behaviour, type BehaviourType, behaviours as behaviourRows, type Shown } from '../../intake/index.ts';
import type { CustomerListRow } from '../learnt/rows.ts';
import { listSources, type RankedItems } from '../lists/ranked-items.ts';
import type { Catalogue } from './catalogue/catalogue.ts';

/**
 * What is held of a customer lies in two flat arrays outside of the heap: a hundred thousand customers as objects would be a
 * gigabyte that the garbage collector has to walk.
 */
export type PackedCandidates = Int32Array;
export type PackedBehaviours = Float64Array;
export type PackedShown = Float64Array;

/** One behaviour with the item's dense index. */
export interface ItemBehaviour {
  type: BehaviourType;
  item: number;
  /** epoch ms */
  at: number;
}

/** An item that somebody was shown and did not look at. */
export interface ShownItem {
  item: number;
  /** how often: one of now counts 1, one of two days before the last a half */
  weight: number;
  /** when last, epoch ms */
  lastAt: number;
}

const scoreUnit = 1e6;
const sourceUnit = 8;
const mostReasons = 2 ** 31 / sourceUnit;

/** What the packing needs of the catalogue. */
type Index = Pick<Catalogue, 'indexOfKey'>;

/**
 * Item, score in millionths of the best, and source and reason together, for each candidate that the catalogue knows.
 * @throws RangeError for a source that has no name, and where so many items do not fit into 32 bits beside a source
 */
export function packCandidates(catalogue: Index, row: CustomerListRow): PackedCandidates {
  const { itemKeys, scores, sources, because } = row;
  const packed = new Int32Array(3 * itemKeys.length);
  const best = scores[0] > 0 ? scores[0] : 1;
  let end = 0;
  for (let rank = 0; rank < itemKeys.length; rank++) {
    const item = catalogue.indexOfKey(itemKeys[rank]);
    if (item === undefined) continue;
    const why = because[rank] === 0 ? -1 : (catalogue.indexOfKey(because[rank]) ?? -1);
    if (listSources[sources[rank]] === undefined) throw new RangeError(`No source has the number ${sources[rank]}.`);
    if (why + 1 >= mostReasons) throw new RangeError(`More than ${mostReasons - 1} items do not fit.`);
    packed[end++] = item;
    packed[end++] = Math.round((scores[rank] / best) * scoreUnit);
    packed[end++] = (why + 1) * sourceUnit + sources[rank];
  }
  return end === packed.length ? packed : packed.slice(0, end);
}

export function unpackCandidates(packed: PackedCandidates): RankedItems {
  const items: number[] = [];
  const scores: number[] = [];
  const sources: number[] = [];
  const because: number[] = [];
  for (let at = 0; at < packed.length; at += 3) {
    items.push(packed[at]);
    scores.push(packed[at + 1] / scoreUnit);
    sources.push(packed[at + 2] % sourceUnit);
    because.push(Math.floor(packed[at + 2] / sourceUnit) - 1);
  }
  return { items, scores, sources, because };
}

/** Above the number of every type. */
const typeUnit = 32;
const numberOf = new Map<string, number>(Object.entries(behaviourRows).map(([type, { number }]) => [type, number]));
const typeOf: (BehaviourType | undefined)[] = [];
for (const [type, number] of numberOf) typeOf[number] = type as BehaviourType;

/**
 * Item and type together, and time, for each behaviour whose item the catalogue knows; in the order given.
 * @throws RangeError for a type that has no number
 */
export function packBehaviours(catalogue: Index, behaviours: readonly Behaviour[]): PackedBehaviours {
  const packed = new Float64Array(2 * behaviours.length);
  let end = 0;
  for (const { type, itemKey, occurredAt } of behaviours) {
    const item = catalogue.indexOfKey(itemKey);
    if (item === undefined) continue;
    const number = numberOf.get(type);
    if (number === undefined) throw new RangeError(`There is no behaviour of type ${JSON.stringify(type)}.`);
    packed[end++] = item * typeUnit + number;
    packed[end++] = occurredAt.getTime();
  }
  return end === packed.length ? packed : packed.slice(0, end);
}

export function unpackBehaviours(packed: PackedBehaviours): ItemBehaviour[] {
  const behaviours: ItemBehaviour[] = [];
  for (let at = 0; at < packed.length; at += 2) {
    const what = packed[at];
    const type = typeOf[what % typeUnit];
    if (type === undefined) throw new RangeError(`No behaviour has the number ${what % typeUnit}.`);
    behaviours.push({ type, item: Math.floor(what / typeUnit), at: packed[at + 1] });
  }
  return behaviours;
}

/** Item, weight and time of the last, for each that the catalogue knows. */
export function packShown(catalogue: Index, shown: readonly Shown[]): PackedShown {
  return Float64Array.from(
    shown.flatMap(({ itemKey, weight, lastAt }) => {
      const item = catalogue.indexOfKey(itemKey);
      return item === undefined ? [] : [item, weight, lastAt.getTime()];
    }),
  );
}

export function unpackShown(packed: PackedShown): ShownItem[] {
  return Array.from({ length: packed.length / 3 }, (_, place) => {
    const [item, weight, lastAt] = packed.subarray(3 * place, 3 * place + 3);
    return { item, weight, lastAt };
  });
}
