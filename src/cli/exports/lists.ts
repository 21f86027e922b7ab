import { itemIdsOf } from '../../intake/index.ts';
import { listSources, streamCustomerLists } from '../../recommendations/index.ts';
import type { Session } from '../session.ts';
import { chooseVersion, withCustomerIds } from './choose-version.ts';
import type { RowSource } from './files/rows.ts';

/** A version's list of every customer, an item a row, as `pannier evaluate --lists` reads it. */
export async function listsOf({ database }: Session, number: number | undefined): Promise<RowSource> {
  const { version } = await chooseVersion(database, 'collaborative-filtering', number);
  const itemIds = new Map<number, string>();
  async function learnIds(itemKeys: number[]): Promise<void> {
    const unknown = itemKeys.filter((key) => !itemIds.has(key));
    if (unknown.length === 0) return;
    for (const [key, id] of await itemIdsOf(database, unknown)) itemIds.set(key, id);
  }
  async function* rows() {
    for await (const [customerId, list] of withCustomerIds(database, streamCustomerLists(database, version))) {
      const itemKeys = Array.from(list.itemKeys);
      await learnIds(itemKeys);
      for (const [place, itemKey] of itemKeys.entries()) {
        yield {
          customer_id: customerId,
          item_id: itemIds.get(itemKey)!,
          rank: place + 1,
          score: list.scores[place],
          source: listSources[list.sources[place]],
        };
      }
    }
  }
  return {
    columns: [
      { name: 'customer_id', type: 'STRING' },
      { name: 'item_id', type: 'STRING' },
      { name: 'rank', type: 'INT32' },
      { name: 'score', type: 'DOUBLE' },
      { name: 'source', type: 'STRING' },
    ],
    rows: rows(),
  };
}
