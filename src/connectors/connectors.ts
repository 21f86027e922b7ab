import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../db/index.ts';
import { invalidField, notFound, PannierError } from '../errors.ts';
import { loadContractChecks } from '../intake/index.ts';
import type { Connector, DeliveryAnswer, StoredDelivery } from './connector.ts';
import { medusa } from './platforms/medusa.ts';
import { isObject, type Platform, type PlatformName, type Told } from './platforms/platform.ts';
import { shopify } from './platforms/shopify.ts';
import { woocommerce } from './platforms/woocommerce.ts';
import { type FactsIntake, recordFacts } from './record-facts.ts';
import * as store from './store.ts';
import { isSigned } from './verify.ts';

const platforms: Record<PlatformName, Platform> = { shopify, woocommerce, medusa };

/** A request that a platform sends. */
export interface Delivery {
  platform: PlatformName;
  headers: Told['headers'];
  rawBody: Buffer;
}

export interface Connectors {
  /** Makes the first delivery as quick as the others, where there may be any. */
  prepare(): Promise<void>;
  list(): Promise<Connector[]>;
  /** Lets a platform send deliveries. @param secret absent: one is made. @returns it, to be shown once */
  set(platform: PlatformName, secret: string | undefined): Promise<{ secret: string; isNew: boolean }>;
  /** @throws PannierError `not_found` */
  remove(platform: PlatformName): Promise<void>;
  /** The latest deliveries that were answered. @throws PannierError `not_found` */
  deliveries(platform: PlatformName): Promise<StoredDelivery[]>;
  /**
   * Takes a delivery in, once by its id.
   * @throws PannierError `unauthorized` where it is not signed, `invalid_request` where it is no delivery
   */
  receive(delivery: Delivery): Promise<DeliveryAnswer>;
}

/** So long an instance does not ask again what the secret is. */
const secretMs = 5_000;
const shownDeliveries = 100;

/** @see Connectors */
export function createConnectors({
  db,
  intake,
  clock,
}: {
  db: Database;
  intake: FactsIntake;
  clock: () => Date;
}): Connectors {
  const secrets = new Map<PlatformName, { secret: Buffer | undefined; until: number }>();
  async function secretOf(platform: PlatformName): Promise<Buffer | undefined> {
    const known = secrets.get(platform);
    if (known && known.until > Date.now()) return known.secret;
    const secret = await store.selectSecret(db, platform);
    secrets.set(platform, { secret, until: Date.now() + secretMs });
    return secret;
  }

  async function receive({ platform: name, headers, rawBody }: Delivery): Promise<DeliveryAnswer> {
    const platform = platforms[name];
    // WooCommerce tries a new webhook by an unsigned form that says nothing; it is told no more than that somebody is there.
    if (name === 'woocommerce' && isTrial(headers, rawBody)) return trialAnswer;
    if (!isSigned(platform, rawBody, headers[platform.signatureHeader], await secretOf(name))) {
      throw new PannierError('unauthorized', 'The delivery is not signed as it has to be.');
    }
    const body = readBody(rawBody);
    const topic = platform.topicOf(headers, body);
    if (topic === undefined || topic.length > 128) throw invalidField('topic', 'must be given');
    const deliveryId = idOf(platform.deliveryIdOf(headers, body), topic, rawBody);
    if (await store.isKnownDelivery(db, name, deliveryId)) {
      return { deliveryId, topic, outcome: 'repeated', facts: 0, quarantined: 0, merged: 0, notes: [] };
    }
    const facts = platform.read({ topic, headers, body });
    const recorded = facts && (await recordFacts({ db, intake, clock }, name, facts));
    const outcome = !recorded ? 'unknown-topic' : recorded.isNothing ? 'ignored' : 'recorded';
    const counts = recorded?.counts ?? { facts: 0, quarantined: 0, merged: 0 };
    // Written down afterwards: what ends in between comes again, and facts are known by their ids.
    await store.insertDelivery(db, name, { deliveryId, topic, outcome, ...counts });
    return { deliveryId, topic, outcome, ...counts, notes: recorded?.notes ?? [] };
  }

  return {
    async prepare() {
      if ((await store.selectConnectors(db)).length > 0) await loadContractChecks();
    },
    list: () => store.selectConnectors(db),
    async set(platform, told) {
      const secret = told ?? randomBytes(32).toString('hex');
      const isNew = await store.saveConnector(db, platform, Buffer.from(secret));
      secrets.delete(platform);
      await loadContractChecks();
      return { secret, isNew };
    },
    async remove(platform) {
      const isGone = await store.deleteConnector(db, platform);
      secrets.delete(platform);
      if (!isGone) throw notFound('connector');
    },
    async deliveries(platform) {
      if ((await store.selectSecret(db, platform)) === undefined) throw notFound('connector');
      return store.selectDeliveries(db, platform, shownDeliveries);
    },
    receive,
  };
}

function isTrial(headers: Told['headers'], rawBody: Buffer): boolean {
  return headers['x-wc-webhook-topic'] === undefined && /^webhook_id=\d{1,20}$/.test(rawBody.toString('latin1'));
}

const trialAnswer: DeliveryAnswer = {
  ...{ deliveryId: '', topic: '', outcome: 'ignored', facts: 0, quarantined: 0, merged: 0 },
  notes: ['a trial of the address'],
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

function readBody(rawBody: Buffer): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(withLongNumbersAsText(utf8.decode(rawBody)));
  } catch {
    throw new PannierError('invalid_request', 'The body is not JSON.', [{ field: '/', message: 'must be JSON' }]);
  }
  if (!isObject(body)) throw invalidField('/', 'must be an object');
  return body;
}

/** Ids of more digits than a number keeps are not to lose any. */
function withLongNumbersAsText(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (part) => (part.startsWith('"') ? part : `"${part}"`));
}

/** A platform's id of the delivery; without one the same body on the same topic is the same delivery. */
function idOf(told: string | undefined, topic: string, rawBody: Buffer): string {
  if (told !== undefined && /^[\x21-\x7e]{1,128}$/.test(told)) return told;
  return createHash('sha256').update(`${topic}\n`).update(rawBody).digest('hex');
}
