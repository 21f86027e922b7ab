import { firstHabit, mostWeeks, type OrderReason, orderReasons } from '../../../models/ranking/index.ts';
import { figure } from '../../formats/figures.ts';
import { type BehaviourType, behaviours } from '../../intake/index.ts';
import { type ReasonKey, type ReasonValues, sayReason, sentences } from '../../sentences/index.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { flatText } from '../memory/catalogue/item-texts.ts';
import { antecedentOf, type RuleTable } from '../rules/rule-table.ts';
import { listSources, type RankedItems, type ReasonSource, reasonSources } from './ranked-items.ts';
import { nameIn } from './view/item-json.ts';
import type { ListView } from './view/list-view.ts';

/** How a reason is put into words. */
interface Phrase {
  source: ReasonSource;
  key: ReasonKey;
  /** the item that speaks for another is named in it */
  namesItem: boolean;
  /** what else stands in it */
  values?: ReasonValues;
}

function phrase(source: ReasonSource, key: ReasonKey): Phrase {
  return { source, key, namesItem: sentences[key].includes('{item}') };
}

const phrases = {
  boughtBefore: phrase('repurchase', 'reason.bought-before'),
  boughtOften: phrase('repurchase', 'reason.bought-often'),
  bought: phrase('collaborative-filtering', 'reason.because-bought'),
  interested: phrase('collaborative-filtering', 'reason.because-interested'),
  alike: phrase('collaborative-filtering', 'reason.same-customers'),
  likeYou: phrase('collaborative-filtering', 'reason.like-you'),
  justInterested: phrase('recent-behaviour', 'reason.because-interested'),
  together: phrase('association-rules', 'reason.together'),
  boughtAlong: phrase('co-occurrence', 'reason.bought-along'),
  categoryAlong: phrase('category-complement', 'reason.category-along'),
  viewed: phrase('recently-viewed', 'reason.viewed'),
  buyAgain: phrase('repurchase', 'reason.buy-again'),
  trending: phrase('trending', 'reason.trending'),
  arrived: phrase('new-arrivals', 'reason.new'),
  exposed: phrase('exposure', 'reason.new'),
  reduced: phrase('on-sale', 'reason.reduced'),
  given: phrase('given', 'reason.given'),
  pinned: phrase('pinned', 'reason.pinned'),
  searched: phrase('search', 'reason.searched'),
  similar: phrase('content', 'reason.similar'),
  popularWithOthers: phrase('segment-popularity', 'reason.popular-with-others'),
  popular: phrase('popularity', 'reason.popular'),
  forSale: phrase('catalogue', 'reason.for-sale'),
} satisfies Record<string, Phrase>;

type PhraseName = keyof typeof phrases;

const phraseNames = Object.keys(phrases) as PhraseName[];
const phraseList: Phrase[] = phraseNames.map((name) => phrases[name]);

/** Where there are many of them, phrases are numbers. */
export const phraseNumber = Object.fromEntries(phraseNames.map((name, number) => [name, number])) as Record<
  PhraseName,
  number
>;

/** What the last behaviour with an item says of the others, by its type: a phrase of its own, or an interest. */
const phraseOfType = new Map(
  Object.entries(behaviours).map(([type, { phrase: key }]) => {
    if (!key) return [type, phraseNumber.justInterested];
    return [type, phraseList.push(phrase('recent-behaviour', key)) - 1];
  }),
);

/** What brings an item up in the learnt order, in words; where it is what it is anyway, the usual phrase of its source says so. */
const orderPhrases: Record<OrderReason, ReasonKey> = {
  'comes-back': 'reason.comes-back',
  'sells-more': 'reason.trending',
  'sells-now': 'reason.popular',
  'usual-price': 'reason.usual-price',
  'usual-category': 'reason.usual-category',
  'last-order': 'reason.last-order',
  'new-since': 'reason.new-since',
  'bought-often': 'reason.bought-often',
};

/** By source and by what brought an item up: the number of its phrase. */
const phraseOfOrder = listSources.map((source) => {
  const numbers = [
    undefined,
    ...orderReasons.map((reason) => phraseList.push(phrase(source, orderPhrases[reason])) - 1),
  ];
  for (let weeks = 1; weeks <= mostWeeks; weeks++) {
    const [key, values]: [ReasonKey, ReasonValues] =
      weeks === 1 ? ['reason.every-week', {}] : ['reason.every-weeks', { weeks }];
    numbers[firstHabit - 1 + weeks] = phraseList.push({ ...phrase(source, key), values }) - 1;
  }
  return numbers;
});

/** How a ranked item's reason is put, by what somebody has done, newest first. */
export function choosePhrase(
  ranked: RankedItems,
  rank: number,
  done: readonly { readonly type: BehaviourType; readonly item: number }[],
): number {
  const because = ranked.because[rank];
  const inOrder = phraseOfOrder[ranked.sources[rank]]?.[ranked.reasons?.[rank] ?? 0];
  if (inOrder !== undefined) return inOrder;
  switch (reasonSources[ranked.sources[rank]]) {
    case 'repurchase': {
      return countPurchases(done, ranked.items[rank]) > 1 ? phraseNumber.boughtOften : phraseNumber.boughtBefore;
    }
    case 'collaborative-filtering': {
      if (because < 0) return phraseNumber.likeYou;
      return countPurchases(done, because) > 0 ? phraseNumber.bought : phraseNumber.interested;
    }
    case 'recent-behaviour': {
      const latest = done.find(({ item }) => item === because);
      return (latest && phraseOfType.get(latest.type)) ?? phraseNumber.justInterested;
    }
    case 'association-rules':
      return phraseNumber.together;
    case 'search':
      return phraseNumber.searched;
    case 'content':
      return phraseNumber.similar;
    case 'popularity':
      return phraseNumber.popular;
    default:
      return phraseNumber.forSale;
  }
}

function countPurchases(done: Parameters<typeof choosePhrase>[2], item: number): number {
  let count = 0;
  for (const one of done) if (one.item === item && one.type === 'purchase') count++;
  return count;
}

const unnamed: (string | undefined)[] = [];

/** `,"reason":…}` with which an item of a list ends; in English it is kept ready with the item that it names. */
export function reasonTail(catalogue: Catalogue, view: ListView, phrase: number, because: number): string {
  if (view.language !== 'en' || view.tags.length > 0) return writeReason(catalogue, view, phraseList[phrase], because);
  const kept = because < 0 ? unnamed : catalogue.textsOf(because).reasons;
  kept[phrase] ??= writeReason(catalogue, view, phraseList[phrase], because);
  return kept[phrase];
}

/** A reason with the association rules that it rests on, strongest first; several are listed one by one beside it. */
export function ruleReasonTail(
  catalogue: Catalogue,
  view: ListView,
  phrase: number,
  because: number,
  table: RuleTable,
  rules: readonly number[],
): string {
  const evidence =
    rules.length > 1 ? `,"rules":[${rules.map((rule) => evidenceOf(catalogue, table, rule)).join()}]` : '';
  const reason = reasonTail(catalogue, view, phrase, because).slice(0, -2);
  return `${reason},"rule":{${figuresOf(table, rules[0])}}${evidence}}}`;
}

function evidenceOf(catalogue: Catalogue, table: RuleTable, rule: number): string {
  const antecedent = Array.from(antecedentOf(table, rule), (item) => catalogue.textsOf(item).idJson);
  return `{"antecedent":[${antecedent.join()}],${figuresOf(table, rule)}}`;
}

function figuresOf({ supports, confidences, lifts, counts }: RuleTable, rule: number): string {
  return (
    `"support":${figure(supports[rule])},"confidence":${figure(confidences[rule])},` +
    `"lift":${figure(lifts[rule])},"count":${counts[rule]}`
  );
}

function writeReason(
  catalogue: Catalogue,
  view: ListView,
  { source, key, namesItem, values: others }: Phrase,
  because: number,
): string {
  const values: ReasonValues = namesItem && because >= 0 ? { item: nameIn(catalogue, because, view) } : (others ?? {});
  const about = because < 0 ? '' : `"because_item_id":${catalogue.textsOf(because).idJson},`;
  return flatText(
    `,"reason":{"source":"${source}","key":"${key}","parameters":${JSON.stringify(values)},`,
    about,
    `"text":${JSON.stringify(sayReason(key, view.language, values))}}}`,
  );
}
