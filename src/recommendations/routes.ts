import { PannierError } from '../errors.ts';
import { type Handlers, listOf, maySee, type Reply } from '../http/index.ts';
import { type KeyRing, speakFor } from '../keys/index.ts';
import { say } from '../sentences/index.ts';
import type { Filter } from './lists/filter.ts';
import type { ListOptions } from './lists/personal-list.ts';
import type { Recommendations } from './recommendations.ts';

type ListParameters = { limit: number; exclude?: string[] } & Pick<Filter, 'category' | 'min_price' | 'max_price'>;

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
  | 'listAssociationRules'
  | 'explainRecommendations'
  | 'countItemLists'
  | 'getAssociationRule'
  | 'previewRuleBlock'
  | 'listRuleBlocks'
  | 'blockRule'
  | 'unblockRule'
> {
  const optionsOf = ({ limit, exclude, category, min_price, max_price }: ListParameters): ListOptions => {
    const isFiltered = category !== undefined || min_price !== undefined || max_price !== undefined;
    return { limit, filter: isFiltered ? { category, min_price, max_price } : undefined, excludeIds: exclude };
  };
  const asReply = (text: string) => ({ text, contentType }) satisfies Reply;

  return {
    getCustomerRecommendations({ parameters }) {
      const { customer_id, placement } = parameters;
      const answer = recommendations.listForCustomer(customer_id, optionsOf(parameters), placement);
      return typeof answer === 'string' ? asReply(answer) : answer.then(asReply);
    },
    explainCustomerRecommendations: async ({ parameters }) => ({
      json: await recommendations.explainList(parameters.customer_id, optionsOf(parameters)),
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
    async recommend({ body, key }) {
      const [request] = speakFor(keys, key, [body], clock());
      return asReply(await recommendations.listFor(request, { isForVisitorAlone: key.isPublishable }));
    },
    getRelatedItems: ({ parameters: { item_id, limit, placement, shown } }) =>
      asReply(recommendations.relatedTo(item_id, limit, placement, shown)),
    getBoughtTogether: ({ parameters: { item_id, limit, placement, shown } }) =>
      asReply(recommendations.boughtTogetherWith(item_id, limit, placement, shown)),
    getPopularItems: ({ parameters: { limit, category, placement } }) =>
      asReply(recommendations.popular(limit, category, placement)),
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
    unblockRule: async ({ parameters }) => ({ json: await recommendations.unblockRule(parameters.rule_id) }),
  };
}
