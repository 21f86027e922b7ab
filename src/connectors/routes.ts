import { type Handlers, listOf } from '../http/index.ts';
import type { Connector, StoredDelivery } from './connector.ts';
import type { Connectors } from './connectors.ts';

type ConnectorOperation = 'listConnectors' | 'setConnector' | 'removeConnector' | 'listDeliveries' | 'receiveDelivery';

export function connectorRoutes(connectors: Connectors): Pick<Handlers, ConnectorOperation> {
  return {
    listConnectors: async () => ({ json: listOf((await connectors.list()).map(toConnector)) }),
    async setConnector({ parameters: { platform }, body: { secret: told } }) {
      const { secret, isNew } = await connectors.set(platform, told);
      return { status: isNew ? 201 : 200, json: { platform, secret: told === undefined ? secret : null } };
    },
    async removeConnector({ parameters: { platform } }) {
      await connectors.remove(platform);
      return { json: { platform } };
    },
    listDeliveries: async ({ parameters: { platform } }) => ({
      json: listOf((await connectors.deliveries(platform)).map(toDelivery)),
    }),
    async receiveDelivery({ parameters: { platform }, rawBody, headers }) {
      const answer = await connectors.receive({ platform, headers, rawBody: rawBody! });
      return {
        json: {
          delivery_id: answer.deliveryId,
          topic: answer.topic,
          outcome: answer.outcome,
          counts: { facts: answer.facts, quarantined: answer.quarantined, merged: answer.merged },
          notes: answer.notes.slice(0, 100),
        },
      };
    },
  };
}

function toConnector({ platform, createdAt, secretSince, lastDelivery }: Connector) {
  return {
    platform,
    created_at: createdAt.toISOString(),
    secret_since: secretSince.toISOString(),
    last_delivery: lastDelivery && toDelivery(lastDelivery),
  };
}

function toDelivery({ deliveryId, topic, receivedAt, outcome, facts, quarantined, merged }: StoredDelivery) {
  return {
    delivery_id: deliveryId,
    topic,
    received_at: receivedAt.toISOString(),
    outcome,
    counts: { facts, quarantined, merged },
  };
}
