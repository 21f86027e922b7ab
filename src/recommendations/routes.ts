import { PannierError } from '../errors.ts';
import { type Call, type Handlers, listOf, maySee, type Reply } from '../http/index.ts';
import { type KeyRing, speakFor } from '../keys/index.ts';
import { say } from '../sentences/index.ts';
import { type ListParameters, optionsOfParameters } from './lists/list-parameters.ts';
import type { ListText } from './lists/made-list.ts';
import type { ListOptions } from './lists/personal-list.ts';
import { viewOf } from './lists/view/list-view.ts';
import { refuseFields } from './lists/view/refuse-fields.ts';
import { isReadyMade, type Placement } from './placements/placement.ts';
import type { Recommendations } from './recommendations.ts';
import { refuseSegments } from './segment-sales/require-segment.ts';

/** A call of an operation that answers a list. */
type ListCall = { parameters: ListParameters } & Pick<Call, 'languages' | 'key'>;

const contentType = 'application/json; charset=utf-8';

export function recommendationRoutes(
  recommendations: Recommendations,
  { keys, clock }: { keys: KeyRing; clock: () => Date },
): Pick<
  Handlers,
  | 'getCustomerRecommendations'
  | 'explainCustomerRecommendations'
  | 'recommend'
  | 'getRelatedItems'
  | 'getBoughtTogether'
  | 'getPopularItems'
  | 'getRelatedSearches'
  | 'listAssociationRules'
  | 'explainRecommendations'
  | 'countItemLists'
  | 'getAssociationRule'
  | 'previewRuleBlock'
  | 'listRuleBlocks'
  | 'blockRule'
  | 'unblockRule'
  | 'listPlacements'
  | 'getPlacement'
  | 'setPlacement'
  | 'deletePlacement'
  | 'makePage'
> {
  const answered = (list: string | ListText, { view }: Pick<ListOptions, 'view'>) =>
    ({
      ...(typeof list === 'string' ? { text: list } : list),
      contentType,
      headers: { 'Content-Language': view?.language ?? 'en', Vary: 'Accept-Language' },
    }) satisfies Reply;
  /** A list that is about an item, or about nothing. */
  const listOfParameters = (
    { parameters, languages, key }: ListCall,
    make: (options: ListOptions) => string | ListText | Promise<string | ListText>,
  ): Reply | Promise<Reply> => {
    refuseFields(key, parameters.fields, 'fields');
    const options = optionsOfParameters(parameters, languages);
    const answer = make(options);
    return answer instanceof Promise ? answer.then((list) => answered(list, options)) : answered(answer, options);
  };

  return {
    getCustomerRecommendations: (call) =>
      listOfParameters(call, (options) =>
        recommendations.listForCustomer(call.parameters.customer_id, options, call.parameters.placement),
      ),
    explainCustomerRecommendations: async ({ parameters, languages }) => ({
      json: await recommendations.explainList(parameters.customer_id, optionsOfParameters(parameters, languages)),
    }),
    async explainRecommendations({ body, key }) {
      const named = (['customer_id', 'visitor_id'] as const).filter((field) => body[field] !== undefined);
      if (named.length > 0 && !maySee(key, 'train', 'customers')) {
        const faults = named.map((field) => ({ field: `/${field}`, message: say('fault.names-a-person', {}) }));
        throw new PannierError('forbidden', say('detail.no-persons', {}), faults);
      }
      return { json: await recommendations.explainRequest(body) };
    },
    async countItemLists({ parameters: { item_id } }) {
      const places = await recommendations.countPlaces(item_id);
      return {
        json: {
          item_id,
          version: places?.version ?? null,
          lists: places?.lists ?? 0,
          customers: places?.customers ?? 0,
          first: places?.first ?? 0,
          up_to_3: places?.upTo3 ?? 0,
          up_to_10: places?.upTo10 ?? 0,
          mean_place: places?.meanPlace ?? null,
          as_of: places?.asOf.toISOString() ?? null,
        },
      };
    },
    async recommend({ body, key, languages }) {
      refuseFields(key, body.fields, '/fields');
      const [request] = speakFor(keys, key, [body], clock());
      const text = await recommendations.listFor(request, { isForVisitorAlone: key.isPublishable, languages });
      const { language } = request;
      return answered(text, { view: viewOf({}, language === undefined ? languages : [language]) });
    },
    getRelatedItems: (call) =>
      listOfParameters(call, (options) => {
        const { item_id, placement, shown } = call.parameters;
        return recommendations.relatedTo(item_id, options, placement, shown);
      }),
    getBoughtTogether: (call) =>
      listOfParameters(call, (options) => {
        const { item_id, placement, shown } = call.parameters;
        return recommendations.boughtTogetherWith(item_id, options, placement, shown);
      }),
    getPopularItems: (call) =>
      listOfParameters(call, (options) => {
        const { placement, segment } = call.parameters;
        refuseSegments(call.key, [segment], () => 'segment');
        if (segment !== undefined) return recommendations.popularInSegment(segment, options, placement);
        return recommendations.popular(options, placement);
      }),
    getRelatedSearches({ parameters: { query, limit } }) {
      const { values, learnt } = recommendations.relatedSearches(query, limit);
      const [version, asOf] = [learnt?.version ?? null, learnt?.asOf.toISOString() ?? null];
      return { json: { query, values, model_version: version, trained_as_of: asOf } };
    },
    listAssociationRules({ parameters }) {
      const { min_support, min_confidence, min_lift, ...others } = parameters;
      const bounds = { min_support: Number(min_support), min_confidence: Number(min_confidence) };
      return { json: recommendations.listRules({ ...others, ...bounds, min_lift: Number(min_lift) }) };
    },
    getAssociationRule: ({ parameters }) => ({ json: recommendations.readRule(parameters.rule_id) }),
    previewRuleBlock: async ({ body }) => ({ json: await recommendations.previewBlock(body.rule_id, body.lists) }),
    async listRuleBlocks() {
      const { blocks, named_items } = await recommendations.listRuleBlocks();
      return { json: { ...listOf(blocks), named_items } };
    },
    blockRule: async ({ parameters }) => ({ json: await recommendations.blockRule(parameters.rule_id) }),
    async makePage({ body, key, languages }) {
      refuseFields(key, body.fields, '/fields');
      const segments = body.placements.map(({ segment }) => segment);
      refuseSegments(key, segments, (place) => `/placements/${place}/segment`);
      const [request] = speakFor(keys, key, [body], clock());
      const text = await recommendations.makePage(request, { isForVisitorAlone: key.isPublishable, languages });
      const { language } = request;
      return answered(text, { view: viewOf({}, language === undefined ? languages : [language]) });
    },
    listPlacements: () => ({ json: listOf(recommendations.listPlacements().map(placementJson)) }),
    getPlacement: ({ parameters }) => ({ json: placementJson(recommendations.readPlacement(parameters.placement)) }),
    async setPlacement({ parameters, body: { revision, pinned_item_ids: pinnedItemIds, ...others } }) {
      const settings = { ...others, pinnedItemIds };
      return { json: placementJson(await recommendations.setPlacement(parameters.placement, settings, { revision })) };
    },
    async deletePlacement({ parameters: { placement: name } }) {
      await recommendations.removePlacement(name);
      return { json: { name } };
    },
    unblockRule: async ({ parameters }) => ({ json: await recommendations.unblockRule(parameters.rule_id) }),
  };
}

function placementJson({ changedAt, pinnedItemIds, ...placement }: Placement) {
  return {
    ...placement,
    pinned_item_ids: [...pinnedItemIds],
    is_ready_made: isReadyMade(placement.name),
    changed_at: changedAt?.toISOString() ?? null,
  };
}
