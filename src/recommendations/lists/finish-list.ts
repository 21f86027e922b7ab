import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { ruleIdIn } from '../rules/rule-id.ts';
import type { RuleTable } from '../rules/rule-table.ts';
import type { FillInput, ListedItems } from './fill-list.ts';
import type { Allowed } from './filters/filter.ts';
import type { MadeList } from './made-list.ts';
import { noItems, type RankedItems } from './ranked-items.ts';
import { itemsJson, type ReasonBasis } from './write-answer.ts';

/** What a list of a release is filled by: categories are spread, and popular items top it up. */
export function fillInput(
  catalogue: Catalogue,
  release: ServedRelease,
  limit: number,
  { allows, within }: Allowed,
): FillInput {
  const popularity = release.popularity ?? noItems;
  const { familyOf, categoryOf, size: itemCount } = catalogue;
  return { limit, allows, within, familyOf, categoryOf, popularity, itemCount };
}

/** A filled list with its items' texts and reasons. */
export function finishList(
  catalogue: Catalogue,
  list: ListedItems,
  { release, model, ...basis }: Pick<MadeList, 'model' | 'release'> & Omit<ReasonBasis, 'rules'>,
): MadeList {
  return {
    release,
    model,
    toppedUp: list.toppedUp,
    itemsJson: itemsJson(catalogue, list, { ...basis, rules: release.rules?.table }),
    itemKeys: list.items.map((listed) => catalogue.textsOf(listed).itemKey).join(','),
    sources: list.sources.join(','),
    ruleIds: ruleIdsOf(catalogue, list, basis.ranked, release.rules?.table),
  };
}

/** Of several rules that speak for an item the strongest is named. */
function ruleIdsOf(catalogue: Catalogue, list: ListedItems, ranked: RankedItems, table: RuleTable | undefined): string {
  if (!ranked.rules || !table) return '';
  let hasRule = false;
  const ids = list.ranks.map((rank) => {
    const rule = rank < 0 ? undefined : ranked.rules![rank][0];
    if (rule === undefined) return 'NULL';
    hasRule = true;
    return ruleIdIn(catalogue, table, rule);
  });
  return hasRule ? ids.join(',') : '';
}
