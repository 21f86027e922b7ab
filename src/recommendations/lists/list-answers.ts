import type { Logger } from 'pino';
import { PannierError } from '../../errors.ts';
import { makeTogetherList } from '../complements/bought-together.ts';
import type { Exposures } from '../exposures/exposures.ts';
import type { Learnt } from '../learnt/served-release.ts';
import { findShown } from '../memory/catalogue/catalogue.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import type { RecommendedValue } from '../methods/recommended-value.ts';
import { peopleAlsoSearched } from '../searches/people-also-searched.ts';
import { type IsSegment, requireSegment } from '../segment-sales/require-segment.ts';
import type { WriteList } from '../served-lists/list-writer.ts';
import { type Audience, anonymous, impersonal } from './audience/audience.ts';
import { drawArm } from './audience/draw-arm.ts';
import { findAudience, findCustomer, type Requester } from './audience/find-audience.ts';
import { makePopularList, makeRelatedList, segmentJson } from './item-lists.ts';
import { type ListText, type MadeList, wholeText } from './made-list.ts';
import { type ListOptions, makePersonalList } from './personal-list.ts';
import type { RecommendationRequest } from './recommendation-request.ts';
import { viewOf } from './view/list-view.ts';

/** Lists that are shown, as JSON text of a `RecommendationList`. */
export interface ListAnswers {
  /** The "guess you like" list. No promise when the customer is in memory. */
  listForCustomer(customerId: string, options: ListOptions, placement: string): ListText | Promise<ListText>;
  /**
   * A list for anyone, from ids, recent items and a cart.
   * @param given.isForVisitorAlone a customer whom the visitor turned out to be is not looked up: nobody vouches for them
   * @param given.languages that whoever asks wants, where the request names none
   */
  listFor(
    request: RecommendationRequest,
    given?: { isForVisitorAlone?: boolean | undefined; languages?: readonly string[] },
  ): Promise<string>;
  /** Items alike by behaviour. @param isShown false: only looked at, in no log @throws PannierError `not_found` */
  relatedTo(itemId: string, options: ListOptions, placement: string, isShown?: boolean): string;
  /** What goes with the item, each with its source. @param isShown as of relatedTo @throws PannierError `not_found` */
  boughtTogetherWith(itemId: string, options: ListOptions, placement: string, isShown?: boolean): string;
  popular(options: ListOptions, placement: string): string;
  /** Best sellers of a segment, then everybody's. @throws PannierError `invalid_request` where there is no such segment */
  popularInSegment(segmentId: string, options: ListOptions, placement: string): Promise<string>;
  /** What people who searched for this searched for as well, and of which version that is. */
  relatedSearches(query: string, limit: number): { values: RecommendedValue[]; learnt: Learnt | undefined };
}

/** @throws PannierError `unavailable` as long as there is nothing at all to answer from */
export function answerTime(memory: ServingMemory, clock: () => Date): number {
  if (!memory.ready) throw new PannierError('unavailable', 'The catalogue has not been read yet.');
  return clock().getTime();
}

export function createListAnswers({
  memory,
  writeList,
  isSegment,
  exposures,
  clock,
  log,
}: {
  memory: ServingMemory;
  isSegment: IsSegment;
  writeList: WriteList;
  exposures: Exposures;
  clock: () => Date;
  log: Logger;
}): ListAnswers {
  function answerPersonal(found: Audience, options: ListOptions, requester: Requester, placement: string): ListText {
    const now = answerTime(memory, clock);
    const { customerId, visitorId } = requester;
    const exposure = exposures.of(placement);
    const audience = drawArm(found, memory.listHoldout, visitorId);
    const subject = customerId === undefined ? '' : `,"customer_id":${JSON.stringify(customerId)}`;
    return writeList(
      makePersonalList(memory, audience, { ...options, exposure }, now),
      audience,
      subject,
      placement,
      now,
    );
  }

  function answerAbout(
    itemId: string,
    placement: string,
    isShown: boolean | undefined,
    make: (item: number, now: number) => MadeList,
  ): string {
    const now = answerTime(memory, clock);
    const item = findShown(memory.catalogue, itemId);
    const subject = `,"item_id":${memory.catalogue.textsOf(item).idJson}`;
    return wholeText(writeList(make(item, now), anonymous(memory), subject, placement, now, isShown));
  }

  function answerPopular(options: ListOptions, placement: string, segmentId?: string): string {
    const now = answerTime(memory, clock);
    const made = makePopularList(memory, options, now, segmentId);
    return wholeText(writeList(made, anonymous(memory), segmentJson(segmentId, made), placement, now));
  }

  return {
    listForCustomer(customerId, options, placement) {
      const audience = options.isImpersonal ? impersonal(memory) : findCustomer(memory, customerId, log);
      return audience instanceof Promise
        ? audience.then((read) => answerPersonal(read, options, { customerId }, placement))
        : answerPersonal(audience, options, { customerId }, placement);
    },
    async listFor(request, { isForVisitorAlone = false, languages = [] } = {}) {
      const { customer_id: customerId, visitor_id: visitorId } = request;
      const requester = { customerId, visitorId, isVisitorAlone: isForVisitorAlone && customerId === undefined };
      const { placement = request.cart_item_ids ? 'cart' : 'customer' } = request;
      const options = optionsOf(request, languages);
      const audience = options.isImpersonal ? impersonal(memory) : await findAudience(memory, requester, log);
      return wholeText(answerPersonal(audience, options, requester, placement));
    },
    relatedTo: (itemId, options, placement, isShown) =>
      answerAbout(itemId, placement, isShown, (item, now) => makeRelatedList(memory, item, options, now)),
    boughtTogetherWith: (itemId, options, placement, isShown) =>
      answerAbout(itemId, placement, isShown, (item, now) =>
        makeTogetherList({ catalogue: memory.catalogue, release: memory.release, item, options, now }),
      ),
    popular: (options, placement) => answerPopular(options, placement),
    async popularInSegment(segmentId, options, placement) {
      await requireSegment(memory, isSegment, segmentId, 'segment');
      return answerPopular(options, placement, segmentId);
    },
    relatedSearches(query, limit) {
      answerTime(memory, clock);
      const { release } = memory;
      return { values: peopleAlsoSearched(release, query, limit), learnt: release.rules };
    },
  };
}

/** What a request asks of the list. @param languages wanted where it names none */
export function optionsOf(
  request: Omit<RecommendationRequest, 'placement'>,
  languages: readonly string[] = [],
): ListOptions {
  const { language } = request;
  return {
    limit: request.limit,
    view: viewOf(request, language === undefined ? languages : [language]),
    isImpersonal: request.personalized === false,
    lookedAtId: request.item_id,
    filter: request.filter,
    excludeIds: request.exclude_item_ids,
    context: request.context,
    recentIds: request.recent_item_ids,
    cartIds: request.cart_item_ids,
  };
}
