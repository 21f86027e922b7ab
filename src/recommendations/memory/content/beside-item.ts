import { type Beside, blendLikes, contentSettings, type Likes } from '../../../../models/content-neighbours/index.ts';
import type { ServedRelease } from '../../learnt/served-release.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { KeptValues } from './kept-values.ts';

/** What of the memory it is made of. */
type Shelves = { catalogue: Pick<Catalogue, 'content'>; release: ServedRelease };

/** What was made of a release; good as long as an item's likes are the same object. */
const kept = new WeakMap<ServedRelease, KeptValues<{ likes: Likes; beside: Beside }>>();
const mostKept = 20_000;

/** What stands beside an item: the neighbours that the night learnt and the items alike by content, blended by evidence. */
export function besideItem({ catalogue, release }: Shelves, item: number): Beside {
  const likes = catalogue.content.likesOf(item);
  let ofRelease = kept.get(release);
  if (!ofRelease) {
    ofRelease = new KeptValues(mostKept);
    kept.set(release, ofRelease);
  }
  let held = ofRelease.get(item);
  if (held?.likes !== likes) {
    const behaviour = neighboursOf(release, item);
    held = { likes, beside: blendLikes(item, behaviour, likes, (other) => evidenceOf(release, other)) };
    ofRelease.set(item, held);
  }
  return held.beside;
}

function neighboursOf({ collaborative }: ServedRelease, item: number) {
  const table = collaborative?.neighbours;
  const [start, end] = table && item < table.itemCount ? [table.offsets[item], table.offsets[item + 1]] : [0, 0];
  const items = new Int32Array(end - start);
  const weights = new Float64Array(end - start);
  for (let rank = 0; rank < items.length; rank++) {
    items[rank] = table!.neighbours[start + rank];
    weights[rank] = table!.weights[start + rank];
  }
  return { items, weights };
}

/** Purchases; of what is looked at and not bought its neighbours tell as much as a few would, and each rests on a customer. */
function evidenceOf({ popularity, collaborative }: ServedRelease, item: number): number {
  const table = collaborative?.neighbours;
  const neighbours = table && item < table.itemCount ? table.offsets[item + 1] - table.offsets[item] : 0;
  return Math.max(popularity?.purchases?.[item] ?? 0, Math.min(neighbours, contentSettings.priorPurchases));
}
