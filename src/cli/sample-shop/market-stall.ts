import type { SampleShop } from '../../sample-shop/index.ts';

const header = 'order_id,customer_id,occurred_at,channel,store,item_id,quantity,unit_price';
const sales = 120;
const hourMs = 3_600_000;

/**
 * What a till of a market stall has written down in the days before: sales as they should be, and the rows that such files have
 * too, so that there is a cleaning report to read and a quarantine to look into.
 *
 * @param until when the stall was taken down
 * @returns CSV with a head
 */
export function writeMarketStall({ items }: Pick<SampleShop, 'items'>, until: Date): string {
  const row = (sale: number, more: Partial<Record<'item' | 'quantity' | 'price' | 'at', string>> = {}) => {
    const { item_id, price } = items[(sale * 37) % items.length];
    const at = more.at ?? new Date(until.getTime() - (sales - sale) * hourMs).toISOString();
    const { item = item_id, quantity = String(1 + (sale % 3)), price: paid = price } = more;
    return ['M', String(1_000 + sale)].join('') + ['', '', at, 'store', 'Market stall', item, quantity, paid].join(',');
  };
  const bad = [
    row(3, { price: '0.00' }),
    row(17, { quantity: '0' }),
    row(29, { item: '' }),
    row(41, { price: 'free' }),
    row(58, { price: 'free' }),
    row(77, { at: new Date(until.getTime() + 400 * 24 * hourMs).toISOString() }),
  ];
  const good = Array.from({ length: sales }, (_, sale) => row(sale));
  // The till was emptied twice on one evening.
  return `${[header, ...good, ...bad, good[90], good[91]].join('\n')}\n`;
}
