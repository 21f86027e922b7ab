import { type BehaviourType, behaviours as behaviourRows, readBehaviours, readShown } from '../../intake/index.ts';
import { heldBytesPerItem as bytesPerItem, unpackList } from '../learnt/packed-list.ts';
import { listSources, type RankedItems } from '../lists/ranked-items.ts';
import type { Catalogue } from './catalogue/catalogue.ts';

/**
 * What is held of a customer lies in flat arrays outside of the heap: a hundred thousand customers as objects would be a
 * gigabyte that the garbage collector has to walk. Candidates are as `unpackList` has them, with dense indices as items.
 */
export type PackedCandidates = ArrayBuffer;
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

/** What the packing needs of the catalogue. */
type Index = Pick<Catalogue, 'indexOfKey'>;

/**
 * The candidates of a packed list that the catalogue knows, as dense indices; scores as a share of the best.
 * @throws RangeError for a source that has no name
 */
export function packCandidates(catalogue: Index, list: Buffer): PackedCandidates {
  const { buffer, itemKeys: items, because, scores, sources, reasons } = unpackList(list);
  const best = scores[0] > 0 ? scores[0] : 1;
  let end = 0;
  for (let rank = 0; rank < items.length; rank++) {
    const item = catalogue.indexOfKey(items[rank]);
    if (item === undefined) continue;
    if (listSources[sources[rank]] === undefined) throw new RangeError(`No source has the number ${sources[rank]}.`);
    items[end] = item;
    because[end] = because[rank] === 0 ? -1 : (catalogue.indexOfKey(because[rank]) ?? -1);
    scores[end] = scores[rank] / best;
    reasons[end] = reasons[rank];
    sources[end++] = sources[rank];
  }
  return end === items.length ? buffer : cutTo(end, buffer);
}

function cutTo(count: number, packed: PackedCandidates): PackedCandidates {
  const cut = new ArrayBuffer(bytesPerItem * count);
  const [from, to] = [viewsOf(packed), viewsOf(cut)];
  to.items.set(from.items.subarray(0, count));
  to.because.set(from.because.subarray(0, count));
  to.scores.set(from.scores.subarray(0, count));
  to.sources.set(from.sources.subarray(0, count));
  to.reasons.set(from.reasons.subarray(0, count));
  return cut;
}

/** Candidates as they lie in memory: nothing is copied, and nobody may change them. */
export function unpackCandidates(packed: PackedCandidates): RankedItems {
  return viewsOf(packed);
}

function viewsOf(packed: PackedCandidates) {
  const count = packed.byteLength / bytesPerItem;
  return {
    items: new Int32Array(packed, 0, count),
    because: new Int32Array(packed, 4 * count, count),
    scores: new Float32Array(packed, 8 * count, count),
    sources: new Uint8Array(packed, 12 * count, count),
    reasons: new Uint8Array(packed, 13 * count, count),
  };
}

/** Above the number of every type. */
const typeUnit = 32;
const typeOf: (BehaviourType | undefined)[] = [];
for (const [type, { number }] of Object.entries(behaviourRows)) typeOf[number] = type as BehaviourType;

/**
 * Item and type together, and time, for each behaviour of a state whose item the catalogue knows; in the order given.
 * @throws RangeError for a number that no type has
 */
export function packBehaviours(catalogue: Index, behaviours: Buffer): PackedBehaviours {
  const packed: number[] = [];
  readBehaviours(behaviours, (type, itemKey, at) => {
    const item = catalogue.indexOfKey(itemKey);
    if (item === undefined) return;
    if (typeOf[type] === undefined) throw new RangeError(`No behaviour has the number ${type}.`);
    packed.push(item * typeUnit + type, at);
  });
  return Float64Array.from(packed);
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

/** Item, weight and time of the last, for each of a state that the catalogue knows. */
export function packShown(catalogue: Index, shown: Buffer): PackedShown {
  if (shown.length === 0) return noShown;
  const packed: number[] = [];
  readShown(shown, (itemKey, weight, lastAt) => {
    const item = catalogue.indexOfKey(itemKey);
    if (item !== undefined) packed.push(item, weight, lastAt);
  });
  return Float64Array.from(packed);
}

const noShown: PackedShown = new Float64Array(0);

export function unpackShown(packed: PackedShown): ShownItem[] {
  const shown: ShownItem[] = [];
  for (let at = 0; at < packed.length; at += 3) {
    shown.push({ item: packed[at], weight: packed[at + 1], lastAt: packed[at + 2] });
  }
  return shown;
}
