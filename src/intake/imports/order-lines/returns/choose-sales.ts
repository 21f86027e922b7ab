import { shareOf } from '../../../../shop/money.ts';

/** What is left of one sale line. Quantities are integers of thousandths, so that they add up exactly. */
export interface OpenSale {
  occurredAt: number;
  quantity: number;
  amountMinor: number;
}

export interface Cancellation {
  occurredAt: number;
  quantity: number;
}

/** So much of a sale (by its index) is undone by a cancellation (by its index). */
export interface RefundLink {
  cancellation: number;
  sale: number;
  quantity: number;
  amountMinor: number;
}

export interface ChosenSales {
  links: RefundLink[];
  /** For each cancellation, how much of it found no sale. */
  unlinked: number[];
}

/**
 * Links cancellations to the sales they undo, for one customer, item and price: in order of time, each takes from the latest
 * sale that is not later than itself, then from the one before it, as far as they reach. What one has taken is gone for the next.
 *
 * @param sales in order of time; @param cancellations in order of time, equal times in the file's order.
 * A sale taken whole gives its whole remaining amount, a part its proportion, rounded half up: the parts sum to the whole.
 */
export function chooseSales(sales: readonly OpenSale[], cancellations: readonly Cancellation[]): ChosenSales {
  const links: RefundLink[] = [];
  // Sales up to the cancellation's time, the latest on top; those that are used up are taken off.
  const open: (OpenSale & { index: number })[] = [];
  let next = 0;
  const unlinked = cancellations.map(({ occurredAt, quantity }, cancellation) => {
    for (; next < sales.length && sales[next].occurredAt <= occurredAt; next++) {
      if (sales[next].quantity > 0) open.push({ ...sales[next], index: next });
    }
    let wanted = quantity;
    while (wanted > 0 && open.length > 0) {
      const sale = open.at(-1)!;
      const taken = Math.min(wanted, sale.quantity);
      const amountMinor = shareOf(sale.amountMinor, taken, sale.quantity);
      links.push({ cancellation, sale: sale.index, quantity: taken, amountMinor });
      wanted -= taken;
      sale.quantity -= taken;
      sale.amountMinor -= amountMinor;
      if (sale.quantity === 0) open.pop();
    }
    return wanted;
  });
  return { links, unlinked };
}
