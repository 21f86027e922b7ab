import { type Handlers, pageOf } from '../../http/index.ts';
import { groupOf } from '../campaigns/campaign-terms.ts';
import type { GroupOffers, JoinedOffer } from './group-offers.ts';

export function groupOfferRoutes(offers: GroupOffers): Pick<Handlers, 'joinGroupOffer' | 'listJoiners'> {
  return {
    joinGroupOffer: async ({ parameters: { campaign_id, customer_id } }) => {
      const joined = await offers.joinOffer(campaign_id, customer_id);
      return {
        json: { ...joinerJson(joined), customer_id: joined.customerId!, campaign_id, group: groupOf(joined.campaign)! },
      };
    },
    async listJoiners({ parameters }) {
      const read = (limit: number, below?: number) => offers.listJoiners(parameters.campaign_id, limit, below);
      return { json: await pageOf(parameters, read, ({ joinerKey }) => joinerKey, joinerJson) };
    },
  };
}

function joinerJson({ customerId, joinedAt }: JoinedOffer) {
  return { customer_id: customerId, joined_at: joinedAt.toISOString() };
}
