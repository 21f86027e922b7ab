import { setImmediate as nextTurn } from 'node:timers/promises';
import { notFound } from '../../errors.ts';
import { selectBasketsWith } from '../../intake/index.ts';
import { makeTogetherList } from '../complements/bought-together.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import { anonymous } from '../lists/audience/audience.ts';
import { answerTime } from '../lists/list-answers.ts';
import { makeList } from '../lists/personal-list.ts';
import type { RecommendedItem } from '../lists/recommended-item.ts';
import { type ItemNamed, namesOf } from '../rules/list-rules.ts';
import { readRuleId } from '../rules/rule-id.ts';
import type { Making } from './explain-request.ts';
import { withoutRule } from './without-rule.ts';

/** A list as it is, and as it would be. */
export interface ListBeside {
  /** beside an item, or with a cart */
  beside: 'item' | 'cart';
  item_ids: string[];
  before: RecommendedItem[];
  after: RecommendedItem[];
  is_changed: boolean;
}

export interface BlockPreview {
  rule_id: string;
  /** how many of the lists would be others */
  changed: number;
  lists: ListBeside[];
  /** what they are beside */
  named_items: ItemNamed[];
}

const fewestItems = 10;

/**
 * What blocking a rule would do to the list beside the item that it is about, and to the lists of the carts that the last orders
 * with its antecedent were before what it recommends came in. Nothing is written.
 * @throws PannierError `not_found`
 */
export async function previewBlock(making: Making, ruleId: string, count: number): Promise<BlockPreview> {
  const { db, memory, clock } = making;
  const { catalogue, release } = memory;
  const keys = readRuleId(ruleId);
  const items = [...(keys?.antecedent ?? []), keys?.consequent ?? -1];
  if (!keys || items.some((key) => catalogue.indexOfKey(key) === undefined)) throw notFound('rule');
  const baskets = await selectBasketsWith(db, keys.antecedent, count);
  const now = answerTime(memory, clock);
  const without = withoutRule(catalogue, release, keys);
  const idOf = (key: number) => {
    const item = catalogue.indexOfKey(key);
    return item === undefined ? [] : [catalogue.record(item).itemId];
  };
  const carts = baskets.map((basket) => basket.filter((key) => key !== keys.consequent).flatMap(idOf));
  const ofCart = (of: ServedRelease, cartIds: string[]) =>
    makeList(catalogue, { ...anonymous(memory), release: of }, { limit: fewestItems, cartIds }, now);
  const lists: ListBeside[] = [];
  for (const cart of carts) {
    // Whoever else asks is answered between two lists.
    await nextTurn();
    lists.push(compare('cart', cart, (of) => ofCart(of, cart).itemsJson));
  }
  if (keys.antecedent.length === 1) {
    const item = catalogue.indexOfKey(keys.antecedent[0]) ?? -1;
    const options = { limit: fewestItems };
    const ofItem = (of: ServedRelease) => makeTogetherList({ catalogue, release: of, item, options, now });
    lists.unshift(compare('item', [catalogue.record(item).itemId], (of) => ofItem(of).itemsJson));
  }
  const shown = lists.slice(0, count);
  const besides = new Set(shown.flatMap(({ item_ids }) => item_ids));
  return {
    rule_id: ruleId,
    changed: shown.filter((list) => list.is_changed).length,
    lists: shown,
    named_items: namesOf(
      catalogue,
      [...besides].flatMap((id) => catalogue.indexOf(id) ?? []),
    ),
  };

  function compare(beside: ListBeside['beside'], itemIds: string[], make: (of: ServedRelease) => string): ListBeside {
    const [before, after] = [release, without].map((of) => JSON.parse(make(of)) as RecommendedItem[]);
    const idsOf = (list: RecommendedItem[]) => list.map(({ item_id }) => item_id).join('\n');
    return { beside, item_ids: itemIds, before, after, is_changed: idsOf(before) !== idsOf(after) };
  }
}
