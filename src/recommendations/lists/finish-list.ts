import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue.ts';
import type { FillInput, ListedItems } from './fill-list.ts';
import type { MadeList } from './made-list.ts';
import { noItems } from './ranked-items.ts';
import { itemsJson, type ReasonBasis } from './write-answer.ts';

/** What a list of a release is filled by: categories are spread, and popular items top it up. */
export function fillInput(
  catalogue: Catalogue,
  release: ServedRelease,
  limit: number,
  allows: FillInput['allows'],
): FillInput {
  const popularity = release.popularity ?? noItems;
  return { limit, allows, categoryOf: catalogue.categoryOf, popularity, itemCount: catalogue.size };
}

/** A filled list with its items' texts and reasons. */
export function finishList(
  catalogue: Catalogue,
  list: ListedItems,
  { release, model, ranked, phraseOf }: Pick<MadeList, 'model' | 'release'> & Pick<ReasonBasis, 'ranked' | 'phraseOf'>,
): MadeList {
  return {
    release,
    model,
    toppedUp: list.toppedUp,
    itemsJson: itemsJson(catalogue, list, { ranked, phraseOf, rules: release.rules?.table }),
    itemKeys: list.items.map((listed) => catalogue.textsOf(listed).itemKey).join(','),
  };
}
