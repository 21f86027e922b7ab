import { customerIdsOf, itemIdsOf } from '../../intake/index.ts';
import { learnFactors } from '../../training/index.ts';
import type { Session } from '../session.ts';
import { writeArrays } from './files/npy.ts';

/** iALS factors by the published recipe: row i of `customers` is of `customer_ids[i]`, of `items` of `item_ids[i]`. */
export async function exportFactors({ database }: Session, folder: string) {
  const { version, dimensions, customerKeys, itemKeys, customers, items } = await learnFactors(database);
  const [customerIds, itemIds] = await Promise.all([
    customerIdsOf(database, Array.from(customerKeys)),
    itemIdsOf(database, Array.from(itemKeys)),
  ]);
  const files = await writeArrays(
    folder,
    {
      customers: { values: customers, shape: [customerKeys.length, dimensions] },
      items: { values: items, shape: [itemKeys.length, dimensions] },
    },
    {
      customer_ids: Array.from(customerKeys, (key) => customerIds.get(key)!),
      item_ids: Array.from(itemKeys, (key) => itemIds.get(key)!),
    },
  );
  return { version: version.version, files };
}
