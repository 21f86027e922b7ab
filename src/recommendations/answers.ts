import type { Catalogue } from './catalogue.ts';
import type { MadeList } from './list-maker.ts';
import { reasonSources } from './ranked-items.ts';
import { phraseNumber, reasonTail, ruleReasonTail } from './reasons.ts';
import type { ServedRelease } from './release.ts';

/** A `RecommendationList` as JSON text, joined from fragments that are kept ready. */
export function answerJson(catalogue: Catalogue, made: MadeList, listId: string, customerId?: string): string {
  const { audience, item, list } = made;
  const { release, servedFrom, degraded } = audience;
  let subject = '';
  if (customerId !== undefined) subject = `,"customer_id":${JSON.stringify(customerId)}`;
  else if (item >= 0) subject = `,"item_id":${catalogue.textsOf(item).idJson}`;
  const head =
    `{"list_id":"${listId}"${subject}${modelJson(release, made.model)},"list_age_seconds":${ageSeconds(release, made.now)}` +
    `,"served_from":"${servedFrom}","degraded":${degraded},"topped_up":${list.toppedUp},"items":[`;
  return itemsJson(catalogue, made, head, ']}');
}

/** The list's items, each a `RecommendedItem`, between `head` and `tail`. */
export function itemsJson(catalogue: Catalogue, made: MadeList, head: string, tail: string): string {
  const { list } = made;
  // Joining parts is cheaper than adding to a string, which would have to be made flat again.
  const parts = [head];
  for (let index = 0; index < list.items.length; index++) {
    const { fragment } = catalogue.textsOf(list.items[index]);
    parts.push(itemHeads[index], fragment, scoreText(list.scores[index]), tailOf(catalogue, made, index));
  }
  parts.push(tail);
  return parts.join('');
}

const longestList = 100;
const itemHeads = Array.from(
  { length: longestList },
  (_, index) => `${index === 0 ? '' : ','}{"position":${index + 1},`,
);

function tailOf(catalogue: Catalogue, { list, ranked, phrases, audience }: MadeList, index: number): string {
  const rank = list.ranks[index];
  if (rank < 0) {
    const isPopular = reasonSources[list.sources[index]] === 'popularity';
    return reasonTail(catalogue, isPopular ? phraseNumber.popular : phraseNumber.forSale, -1);
  }
  const rule = ranked.rules ? ranked.rules[rank] : -1;
  const { rules } = audience.release;
  if (rule < 0 || !rules) return reasonTail(catalogue, phrases[rank], ranked.because[rank]);
  return ruleReasonTail(catalogue, phrases[rank], ranked.because[rank], rules.table, rule);
}

/** Scores are only compared within a list: four decimals say all they can. */
function scoreText(score: number): string {
  return String(Math.round(score * 1e4) / 1e4);
}

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
