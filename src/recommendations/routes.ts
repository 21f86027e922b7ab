import type { Handlers, Reply } from '../http/operations.ts';
import type { Filter } from './filter.ts';
import type { Recommendations } from './recommendations.ts';

const contentType = 'application/json; charset=utf-8';

export function recommendationRoutes(
  recommendations: Recommendations,
): Pick<
  Handlers,
  | 'getCustomerRecommendations'
  | 'recommend'
  | 'getRelatedItems'
  | 'getBoughtTogether'
  | 'getPopularItems'
  | 'listAssociationRules'
> {
  const asReply = (text: string) => ({ text, contentType }) satisfies Reply;

  return {
    getCustomerRecommendations({ parameters }) {
      const { customer_id: customerId, limit = 10, exclude, category, min_price, max_price } = parameters;
      const isFiltered = category !== undefined || min_price !== undefined || max_price !== undefined;
      const filter: Filter | undefined = isFiltered ? { category, min_price, max_price } : undefined;
      const answer = recommendations.listForCustomer(customerId, { limit, filter, excludeIds: exclude });
      return typeof answer === 'string' ? asReply(answer) : answer.then(asReply);
    },
    recommend: async ({ body }) => asReply(await recommendations.listFor(body)),
    getRelatedItems: ({ parameters }) => asReply(recommendations.relatedTo(parameters.item_id, parameters.limit ?? 10)),
    getBoughtTogether: ({ parameters }) =>
      asReply(recommendations.boughtTogetherWith(parameters.item_id, parameters.limit ?? 10)),
    getPopularItems: ({ parameters }) => asReply(recommendations.popular(parameters.limit ?? 10, parameters.category)),
    listAssociationRules: ({ parameters }) => ({ json: recommendations.listRules(parameters) }),
  };
}
