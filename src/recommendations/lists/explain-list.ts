import { type BehaviourType, type WhyNotForSale, whyNotForSale } from '../../intake/index.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { ListArm } from '../memory/drawn.ts';
import type { ItemBehaviour } from '../memory/packing.ts';
import { ruleIdIn } from '../rules/rule-id.ts';
import type { ListedItems } from './fill-list.ts';
import { type RankedItems, type ReasonSource, reasonSources } from './ranked-items.ts';
import { choosePhrase } from './reasons.ts';
import type { RecommendedItem } from './recommended-item.ts';
import { type ListView, usualView } from './view/list-view.ts';
import { itemsJson } from './write-answer.ts';

/** What became of a candidate. Each but the first is the rule that dropped it. */
export type Fate =
  | 'listed'
  | WhyNotForSale
  | 'in_cart_or_bought'
  | 'excluded'
  | 'outside_filter'
  | 'variant_listed'
  | 'category_full'
  | 'list_full';

/** How a customer's list came about. */
export interface Explanation {
  /** null: nobody known */
  customer_id: string | null;
  visitor_id: string | null;
  is_known: boolean;
  /** the database did not answer in time: they may be taken for unknown */
  degraded: boolean;
  profiling_allowed: boolean;
  /** holdout: popular items only, for comparison; null: nobody is held out of personal lists, or not drawn */
  arm: ListArm | null;
  release_id: number | null;
  /** newest first: what was folded in beside the night's list, or may be named as a reason */
  behaviours: { type: BehaviourType; item_id: string; occurred_at: string }[];
  /** in the order of the blend of the night's candidates and what has happened since */
  candidates: {
    rank: number;
    item_id: string;
    title: string | null;
    score: number;
    source: ReasonSource;
    because_item_id: string | null;
    /** the association rules that speak for it, strongest first */
    rule_ids: string[];
    fate: Fate;
    position: number | null;
  }[];
  /** how many candidates each rule dropped */
  drops: Partial<Record<Fate, number>>;
  items: {
    position: number;
    item_id: string;
    title: string | null;
    source: ReasonSource;
    is_topped_up: boolean;
    /** as the shopper sees it */
    reason: RecommendedItem['reason'];
  }[];
}

/** A list and everything that it was made from. */
export interface ListTrace {
  ranked: RankedItems;
  behaviours: readonly ItemBehaviour[];
  /** in the cart, or bought where nothing is listed twice */
  blocked: ReadonlySet<number>;
  excluded: ReadonlySet<number>;
  allows: (item: number) => boolean;
  list: ListedItems;
}

/** Tells of every candidate where it came from and what became of it, in the order in which the rules are applied. */
export function explainTrace(
  catalogue: Catalogue,
  release: ServedRelease,
  { ranked, behaviours, blocked, excluded, allows, list }: ListTrace,
  now: number,
  view: ListView = usualView,
): Pick<Explanation, 'behaviours' | 'candidates' | 'drops' | 'items'> {
  const idOf = (item: number) => catalogue.record(item).itemId;
  const positions = new Map(list.ranks.map((rank, index) => [rank, index + 1]));
  const lastListed = Math.max(-1, ...list.ranks);

  const listedFamilies = new Set(list.items.map(catalogue.familyOf).filter((family) => family >= 0));

  function fateOf(item: number, rank: number): Fate {
    if (positions.has(rank)) return 'listed';
    const unsellable = whyNotForSale(catalogue.record(item), now);
    if (unsellable) return unsellable;
    if (blocked.has(item)) return 'in_cart_or_bought';
    if (excluded.has(item)) return 'excluded';
    if (!allows(item)) return 'outside_filter';
    if (listedFamilies.has(catalogue.familyOf(item))) return 'variant_listed';
    return rank < lastListed ? 'category_full' : 'list_full';
  }

  const table = release.rules?.table;
  const phraseOf = (rank: number) => choosePhrase(ranked, rank, behaviours);
  const shown: RecommendedItem[] = JSON.parse(itemsJson(catalogue, list, { view, ranked, phraseOf, rules: table }));
  const candidates = Array.from(ranked.items, (item, rank) => ({
    rank: rank + 1,
    item_id: idOf(item),
    title: catalogue.record(item).title,
    score: ranked.scores[rank],
    source: reasonSources[ranked.sources[rank]],
    because_item_id: ranked.because[rank] < 0 ? null : idOf(ranked.because[rank]),
    rule_ids: table ? (ranked.rules?.[rank] ?? []).map((rule) => ruleIdIn(catalogue, table, rule)) : [],
    fate: fateOf(item, rank),
    position: positions.get(rank) ?? null,
  }));
  const drops: Explanation['drops'] = {};
  for (const { fate } of candidates) if (fate !== 'listed') drops[fate] = (drops[fate] ?? 0) + 1;
  return {
    behaviours: behaviours.map(({ type, item, at }) => ({
      type,
      item_id: idOf(item),
      occurred_at: new Date(at).toISOString(),
    })),
    candidates,
    drops,
    items: list.items.map((item, index) => ({
      position: index + 1,
      item_id: idOf(item),
      title: catalogue.record(item).title,
      source: reasonSources[list.sources[index]],
      is_topped_up: list.ranks[index] < 0,
      reason: shown[index].reason,
    })),
  };
}
