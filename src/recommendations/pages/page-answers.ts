import type { Logger } from 'pino';
import { invalidField } from '../../errors.ts';
import type { Exposures } from '../exposures/exposures.ts';
import { type Audience, impersonal } from '../lists/audience/audience.ts';
import { drawArm } from '../lists/audience/draw-arm.ts';
import { findAudience } from '../lists/audience/find-audience.ts';
import { segmentJson } from '../lists/item-lists.ts';
import { answerTime, optionsOf } from '../lists/list-answers.ts';
import { wholeText } from '../lists/made-list.ts';
import { indicesOf, type ListOptions } from '../lists/personal-list.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { type MethodList, type MethodOptions, makeMethodList } from '../methods/make-method-list.ts';
import { makeValues } from '../methods/make-values.ts';
import { isValueMethod, type Method } from '../methods/method.ts';
import { makeListWithPins } from '../methods/pins.ts';
import type { PlacementSettings } from '../placements/placement.ts';
import { checkMethodOf, type Placements } from '../placements/placements.ts';
import { type IsSegment, requireSegment } from '../segment-sales/require-segment.ts';
import type { WriteList } from '../served-lists/list-writer.ts';
import type { PagePlacement, PageRequest } from './page-request.ts';
import { mostShown, readPageToken, writePageToken } from './page-token.ts';

/** Who asks for a page; see `listFor`. */
interface PageAsker {
  isForVisitorAlone?: boolean | undefined;
  languages?: readonly string[];
}

/** Several lists of one page in one answer. */
export interface PageAnswers {
  /**
   * The placements asked for, each with a list of its own; of one release, one moment and one reading of whoever asks. An item
   * is on the page once, and on no page after it.
   * @throws PannierError `invalid_request`, for an unknown placement or segment too
   */
  makePage(request: PageRequest, given?: PageAsker): Promise<string>;
}

interface Answering {
  memory: ServingMemory;
  placements: Pick<Placements, 'listPlacements'>;
  isSegment: IsSegment;
  writeList: WriteList;
  exposures: Exposures;
  clock: () => Date;
  log: Logger;
}

export function createPageAnswers(answering: Answering): PageAnswers {
  const { memory, writeList, isSegment, exposures, clock, log } = answering;
  return {
    async makePage(request, { isForVisitorAlone = false, languages = [] } = {}) {
      const { customer_id: customerId, visitor_id: visitorId } = request;
      const shown = new Set(request.page_token === undefined ? [] : readPageToken(request.page_token));
      const asked = settle(answering.placements, request.placements);
      for (const [place, { segment }] of request.placements.entries()) {
        // One that is set may have gone since, and the shop's page is there all the same.
        if (typeof segment === 'string')
          await requireSegment(memory, isSegment, segment, `/placements/${place}/segment`);
      }
      const requester = { customerId, visitorId, isVisitorAlone: isForVisitorAlone && customerId === undefined };
      const whole = optionsOf({ ...request, limit: 0 }, languages);
      const found = whole.isImpersonal ? impersonal(memory) : await findAudience(memory, requester, log);
      const now = answerTime(memory, clock);
      const audience = drawArm(found, memory.listHoldout, visitorId);
      const page = new Page(memory, audience, { request, whole, isForVisitorAlone, exposures }, shown, now);
      const parts = asked.map((placement) => page.part(placement, writeList));
      return `{${customerId === undefined ? '' : `"customer_id":${JSON.stringify(customerId)},`}"placements":[${parts.join()}],"next_page_token":${JSON.stringify(page.nextToken())}}`;
    },
  };
}

type Asked = PlacementSettings & { name: string /** among those asked for */; place: number };

/** What each placement shows: as it is set, but for what the request says. */
function settle({ listPlacements }: Answering['placements'], wanted: readonly PagePlacement[]): Asked[] {
  const known = new Map(listPlacements().map((placement) => [placement.name, placement]));
  return wanted.map(({ placement, limit, filter, title, pinned_item_ids: pinned, ...given }, place) => {
    const set = known.get(placement);
    // A placement that nobody has set is one all the same, where the request says what it shows.
    const method = given.method ?? set?.method;
    if (method === undefined) {
      throw invalidField(`/placements/${place}/placement`, 'is no placement of the shop: set it, or give a method');
    }
    checkMethodOf(given.segment ?? null, method, `/placements/${place}/segment`);
    const segment = given.segment === undefined ? (set?.segment ?? null) : given.segment;
    return {
      name: placement,
      place,
      method,
      limit: limit ?? set?.limit ?? 10,
      filter: filter ?? set?.filter ?? null,
      pinnedItemIds: pinned ?? set?.pinnedItemIds ?? [],
      title: title === undefined ? (set?.title ?? null) : title,
      segment: method === 'popular' ? segment : null,
    };
  });
}

/** A page as it grows, placement by placement. */
class Page {
  readonly #memory: ServingMemory;
  readonly #audience: Audience;
  readonly #request: PageRequest;
  /** what holds for each of its lists */
  readonly #whole: ListOptions;
  readonly #exposures: Exposures;
  /** keys of what this page and those before it show */
  readonly #shown: Set<number>;
  readonly #excluded: string[];
  /** what the shop calls its customers is not for everybody who reads the key of a page */
  readonly #namesSegments: boolean;
  readonly #now: number;
  #added = 0;

  constructor(
    memory: ServingMemory,
    audience: Audience,
    {
      request,
      whole,
      isForVisitorAlone,
      exposures,
    }: { request: PageRequest; whole: ListOptions; isForVisitorAlone: boolean; exposures: Exposures },
    shown: Set<number>,
    now: number,
  ) {
    this.#memory = memory;
    this.#audience = audience;
    this.#request = request;
    this.#whole = whole;
    this.#exposures = exposures;
    this.#namesSegments = !isForVisitorAlone;
    this.#shown = shown;
    this.#now = now;
    const { catalogue } = memory;
    this.#excluded = [...(request.exclude_item_ids ?? [])];
    for (const key of shown) {
      const item = catalogue.indexOfKey(key);
      if (item !== undefined) this.#excluded.push(catalogue.record(item).itemId);
    }
  }

  /** JSON of a `PagePart`. */
  part(asked: Asked, writeList: WriteList): string {
    const { name, title } = asked;
    const { catalogue } = this.#memory;
    const options = this.#optionsOf(asked);
    const method = this.#possible(asked.method, options);
    const subject = `,"placement":${JSON.stringify(name)},"title":${JSON.stringify(title)},"method":"${method}"`;
    if (isValueMethod(method)) {
      const values = makeValues(catalogue, this.#audience, method, options, this.#now);
      const none = makeMethodList(catalogue, this.#audience, 're-rank', { ...options, givenIds: [] }, this.#now);
      return this.#write(none, `${subject},"values":${JSON.stringify(values)}`, name, writeList);
    }
    const pinnedIds = asked.pinnedItemIds;
    const made = makeListWithPins(catalogue, this.#audience, method, { ...options, pinnedIds }, this.#now);
    this.#note(made);
    const more = `${this.#unknownOf(method, options)}${this.#namesSegments ? segmentJson(asked.segment, made) : ''}`;
    return this.#write(withExpectedDays(made), `${subject}${more}`, name, writeList);
  }

  /** null: there is nothing left, or the page has gone on for long enough. */
  nextToken(): string | null {
    if (this.#added === 0 || this.#shown.size >= mostShown) return null;
    return writePageToken(this.#shown);
  }

  #optionsOf({ name, limit, filter, place, segment }: Asked): MethodOptions {
    const { category, item_ids: givenIds, query } = this.#request;
    const isOfCategory = category !== undefined && filter?.category === undefined;
    return {
      ...this.#whole,
      limit: Math.min(limit, Math.max(1, mostShown - this.#shown.size)),
      filter: isOfCategory ? { ...filter, category } : (filter ?? undefined),
      filterPath: `/placements/${place}/filter`,
      excludeIds: this.#excluded,
      givenIds,
      query,
      segmentId: segment,
      exposure: this.#exposures.of(name),
    };
  }

  /** Where nothing is given that a method starts from, the placement shows what suits whoever it is. */
  #possible(method: Method, { lookedAtId, cartIds = [], givenIds = [] }: MethodOptions): Method {
    const isBeside = method === 'related' || method === 'bought-together';
    const beside = lookedAtId ?? cartIds.at(-1) ?? '';
    if (isBeside && indicesOf(this.#memory.catalogue, [beside]).length === 0) return 'personal';
    if (method === 're-rank' && givenIds.length === 0) return 'personal';
    return method;
  }

  #note({ itemKeys }: MethodList): void {
    if (itemKeys === '') return;
    const { catalogue } = this.#memory;
    for (const key of itemKeys.split(',').map(Number)) {
      this.#shown.add(key);
      this.#excluded.push(catalogue.record(catalogue.indexOfKey(key)!).itemId);
      this.#added++;
    }
  }

  #unknownOf(method: Method, { givenIds = [] }: MethodOptions): string {
    if (method !== 're-rank') return '';
    const unknown = givenIds.filter((id) => indicesOf(this.#memory.catalogue, [id]).length === 0);
    return `,"unknown_item_ids":${JSON.stringify(unknown)}`;
  }

  #write(made: MethodList, subject: string, placement: string, writeList: WriteList): string {
    return wholeText(writeList(made, this.#audience, subject, placement, this.#now, this.#request.shown));
  }
}

/** Says of each item when it is expected to be bought again; of one that was pinned nothing is expected. */
export function withExpectedDays(made: MethodList): MethodList {
  const { expectedAt } = made;
  if (!expectedAt) return made;
  const items = JSON.parse(made.itemsJson) as { item_id: string }[];
  const dated = items.map((item) => {
    const at = expectedAt.get(item.item_id);
    return at === undefined ? item : { ...item, expected_at: new Date(at).toISOString() };
  });
  return { ...made, itemsJson: JSON.stringify(dated) };
}
