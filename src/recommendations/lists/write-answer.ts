import { figure } from '../../formats/figures.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { RuleTable } from '../rules/rule-table.ts';
import type { Audience } from './audience/audience.ts';
import type { ListedItems } from './fill-list.ts';
import { endingOf, type ListText, type MadeList } from './made-list.ts';
import { type RankedItems, reasonSources } from './ranked-items.ts';
import { phraseNumber, reasonTail, ruleReasonTail } from './reasons.ts';
import { itemFragment } from './view/item-json.ts';
import type { ListView } from './view/list-view.ts';

/**
 * A `RecommendationList` as JSON text.
 * @param subject `,"customer_id":…` or `,"item_id":…`, or nothing
 */
export function listText(
  made: MadeList,
  audience: Pick<Audience, 'servedFrom' | 'degraded'>,
  listId: string,
  subject: string,
  now: number,
): ListText {
  const { release, model, toppedUp, itemsJson } = made;
  const head =
    `{"list_id":"${listId}"${subject}${modelJson(release, model)},"list_age_seconds":${ageSeconds(release, now)}` +
    `,"served_from":"${audience.servedFrom}","degraded":${audience.degraded},"topped_up":${toppedUp},"items":`;
  const rest = endingOf(made);
  return rest ? { text: head, rest } : { text: `${head}${itemsJson}}` };
}

/** What the reasons of a list's items rest on. */
export interface ReasonBasis {
  /** how the list is shown */
  view: ListView;
  /** what the list was filled from */
  ranked: RankedItems;
  /** number of the phrase that puts the reason of the ranked item at `rank` */
  phraseOf: (rank: number) => number;
  rules: RuleTable | undefined;
}

/** The list's items, as a JSON array of `RecommendedItem`. */
export function itemsJson(catalogue: Catalogue, list: ListedItems, basis: ReasonBasis): string {
  // Joining parts is cheaper than adding to a string, which would have to be made flat again.
  const parts = ['['];
  const { view } = basis;
  const [hasScore, hasReason] = [view.fields?.has('score') ?? true, view.fields?.has('reason') ?? true];
  for (let index = 0; index < list.items.length; index++) {
    const fragment = itemFragment(catalogue, list.items[index], view);
    const score = hasScore ? scoreText(list.scores[index]) : '';
    parts.push(itemHeads[index], fragment, score, hasReason ? tailOf(catalogue, list, basis, index) : '}');
  }
  parts.push(']');
  return parts.join('');
}

const longestList = 100;
const itemHeads = Array.from(
  { length: longestList },
  (_, index) => `${index === 0 ? '' : ','}{"position":${index + 1},`,
);

const phraseOfFiller: readonly (number | undefined)[] = reasonSources.map(
  (source) => ({ popularity: phraseNumber.popular, exposure: phraseNumber.exposed })[source as string],
);

function tailOf(
  catalogue: Catalogue,
  list: ListedItems,
  { view, ranked, phraseOf, rules }: ReasonBasis,
  index: number,
): string {
  const rank = list.ranks[index];
  if (rank < 0) {
    return reasonTail(catalogue, view, phraseOfFiller[list.sources[index]] ?? phraseNumber.forSale, -1);
  }
  const speaking = ranked.rules?.[rank] ?? [];
  if (speaking.length === 0 || !rules) return reasonTail(catalogue, view, phraseOf(rank), ranked.because[rank]);
  return ruleReasonTail(catalogue, view, phraseOf(rank), ranked.because[rank], rules, speaking);
}

/** Scores are only compared within a list: four decimals say all they can. So there are few of them, and each is written once. */
function scoreText(score: number): string {
  const steps = Math.round(score * 1e4);
  if (steps < 0 || steps >= mostScores) return String(figure(steps / 1e4));
  scoreTexts[steps] ??= String(figure(steps / 1e4));
  return scoreTexts[steps];
}

const mostScores = 40_000;
const scoreTexts: (string | undefined)[] = [];

const modelJsons = new WeakMap<ServedRelease, Partial<Record<MadeList['model'], string>>>();

function modelJson(release: ServedRelease, model: MadeList['model']): string {
  let jsons = modelJsons.get(release);
  if (!jsons) {
    jsons = {};
    modelJsons.set(release, jsons);
  }
  const learnt = release[model];
  jsons[model] ??=
    `,"release_id":${release.releaseId},"model_version":${learnt?.version ?? null}` +
    `,"trained_as_of":${JSON.stringify(learnt?.asOf ?? null)}`;
  return jsons[model];
}

function ageSeconds(release: ServedRelease, now: number): number | null {
  return release.publishedAt && Math.max(0, Math.floor((now - release.publishedAt.getTime()) / 1_000));
}
