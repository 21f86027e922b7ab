import type { Intake } from '../intake/index.ts';
import type { SampleShop } from '../sample-shop/index.ts';

const batchSize = 1_000;

/** Sends a generated shop in as a storefront would, in batches. @param onBatch told of each batch that is in */
export async function recordShop(
  intake: Intake,
  shop: SampleShop,
  onBatch: (kind: string, count: number) => void,
): Promise<void> {
  const send = async <Element>(
    kind: string,
    elements: Iterable<Element>,
    record: (batch: Element[]) => Promise<unknown>,
  ) => {
    for (const batch of inBatches(elements)) {
      await record(batch);
      onBatch(kind, batch.length);
    }
  };
  await send('items', shop.items, intake.upsertItems);
  await send('customers', shop.customers(), intake.upsertCustomers);
  await send('orders', shop.orders(), intake.recordOrders);
  await send('refunds', shop.refunds(), intake.recordRefunds);
  await send('events', shop.events(), intake.recordEvents);
}

function* inBatches<Element>(elements: Iterable<Element>): Generator<Element[]> {
  let batch: Element[] = [];
  for (const element of elements) {
    batch.push(element);
    if (batch.length === batchSize) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
