import type { Intake } from '../../intake/index.ts';
import type { SampleShop } from '../../sample-shop/index.ts';
import { inBatches } from './batches.ts';

const batchSize = 1_000;

/** Called for each batch that is in. */
export type OnBatch = (kind: string, count: number) => void;

/** Sends a generated shop in as a storefront would, in batches. */
export async function recordShop(intake: Intake, shop: SampleShop, onBatch: OnBatch): Promise<void> {
  await recordSales(intake, shop, onBatch);
  await recordBehaviour(intake, shop, onBatch);
}

type Sales = Pick<SampleShop, 'items' | 'customers' | 'orders' | 'refunds' | 'changes' | 'costs' | 'marketFigures'>;

/** All but the events. */
export async function recordSales(intake: Intake, shop: Sales, onBatch: OnBatch): Promise<void> {
  await send('items', shop.items, intake.upsertItems, onBatch);
  await send('customers', shop.customers(), intake.upsertCustomers, onBatch);
  await send('orders', shop.orders(), intake.recordOrders, onBatch);
  await send('refunds', shop.refunds(), intake.recordRefunds, onBatch);
  await send('stock', shop.changes(), intake.upsertItems, onBatch);
  await send('costs', shop.costs(), intake.recordCosts, onBatch);
  await send('market figures', shop.marketFigures(), intake.recordMarketFigures, onBatch);
}

export function recordBehaviour(intake: Intake, shop: Pick<SampleShop, 'events'>, onBatch: OnBatch): Promise<void> {
  return send('events', shop.events(), intake.recordEvents, onBatch);
}

async function send<Element>(
  kind: string,
  elements: Iterable<Element>,
  record: (batch: Element[]) => Promise<unknown>,
  onBatch: OnBatch,
): Promise<void> {
  for (const batch of inBatches(elements, batchSize)) {
    await record(batch);
    onBatch(kind, batch.length);
  }
}
