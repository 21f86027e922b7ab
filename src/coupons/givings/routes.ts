import { type Handlers, pageOf, streamRows } from '../../http/index.ts';
import type { GivenRow, Givings } from './givings.ts';
import type { Giving } from './store.ts';
import { armOf, columnsOf, type GivingForm, rowOf } from './tables.ts';

type Operations = 'createGiving' | 'listGivings' | 'getGiving' | 'stopGiving' | 'listGivingCustomers';

export function givingRoutes(givings: Givings): Pick<Handlers, Operations> {
  return {
    createGiving: async ({ parameters, body }) => ({
      status: 201,
      json: givingJson(await givings.createGiving(parameters.campaign_id, body)),
    }),
    async listGivings({ parameters }) {
      const read = (limit: number, below?: number) => givings.listGivings(parameters.campaign_id, limit, below);
      return { json: await pageOf(parameters, read, ({ givingKey }) => givingKey, givingJson) };
    },
    getGiving: async ({ parameters: { campaign_id, giving_id } }) => ({
      json: givingJson(await givings.readGiving(campaign_id, giving_id)),
    }),
    stopGiving: async ({ parameters: { campaign_id, giving_id } }) => ({
      json: givingJson(await givings.stopGiving(campaign_id, giving_id)),
    }),
    async listGivingCustomers({ parameters, mediaType }) {
      const { campaign_id: campaignId, giving_id: givingId, form, items, attribute: attributes = [] } = parameters;
      const which = { outcomes: parameters.outcome, query: parameters.query, items };
      if (mediaType !== 'application/json') {
        const rows = rowsOf(form, attributes, items, await givings.streamGiven(campaignId, givingId, which));
        return streamRows(mediaType, columnsOf(form, attributes, items), rows, (row) => row);
      }
      const read = (limit: number, after?: number) => givings.readGiven(campaignId, givingId, which, limit, after);
      return { json: await pageOf(parameters, read, ({ customerKey }) => customerKey, givenJson) };
    },
  };
}

async function* rowsOf(form: GivingForm, attributes: readonly string[], items: number, all: AsyncIterable<GivenRow>) {
  for await (const given of all) {
    const row = rowOf(form, attributes, given, items);
    if (row) yield row;
  }
}

function givingJson(giving: Giving) {
  const { outcomes } = giving;
  return {
    giving_id: giving.givingId,
    campaign_id: giving.campaignId,
    segment_id: giving.segmentId,
    starts_at: giving.startsAt.toISOString(),
    status: giving.status,
    asked_at: giving.askedAt.toISOString(),
    finished_at: giving.finishedAt?.toISOString() ?? null,
    customers: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    outcomes,
  };
}

function givenJson(given: GivenRow) {
  return {
    customer_id: given.customerId,
    arm: armOf(given),
    outcome: given.outcome,
    code: given.code,
    valid_until: given.validUntil?.toISOString() ?? null,
    decision_id: given.decisionId === null ? null : String(given.decisionId),
    items: [...given.items],
  };
}
