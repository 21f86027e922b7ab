import type { Understood } from '../files/understanding/understood.ts';
import { IdShapes, wholeId } from './values/ids.ts';

/** An item that a file names. */
export interface NamedItem {
  itemId: string;
  /** the file says itself whether it is to be seen */
  saysHidden: boolean;
}

/** The items that a file names, each once, by their ids as an import reads them; also of rows that cleaning refuses. */
export async function namedItems(understood: Pick<Understood, 'rowsOf'>): Promise<NamedItem[]> {
  const named = new Map<string, boolean>();
  const shapes = new IdShapes();
  for await (const { fields } of understood.rowsOf('items')) {
    const id = fields?.['item_id'];
    if (typeof id !== 'string' && typeof id !== 'number') continue;
    const text = String(id).trim();
    if (text === '' || text.length > 128 || text.includes('\0') || !text.isWellFormed()) continue;
    shapes.see('item_id', text);
    named.set(text, fields?.['hidden'] !== undefined);
  }
  const isWhole = shapes.wholeColumns.length > 0;
  return Array.from(named, ([id, saysHidden]) => ({ itemId: isWhole ? wholeId(id) : id, saysHidden }));
}
