import type { Transaction } from '../../../../db/index.ts';
import { fetchPages } from '../../store.ts';
import { chooseSales, type OpenSale } from './choose-sales.ts';
import { type LinkingRow, type LinkRow, linkingQuery, prepareLinking, stageLinks } from './store.ts';

const pageSize = 10_000;

interface Sale extends OpenSale {
  orderKey: number;
  lineNumber: number;
}

interface Return {
  rowKey: number;
  occurredAt: number;
  quantity: number;
}

/** Links the staged cancellations to sale lines, one group of the same customer, item and price in memory at a time. */
export async function linkStagedReturns(tx: Transaction): Promise<void> {
  await prepareLinking(tx);
  let links: LinkRow[] = [];
  let group: { key: string; sales: Sale[]; returns: Return[] } = { key: '', sales: [], returns: [] };
  for await (const page of fetchPages<LinkingRow>(tx, linkingQuery, pageSize)) {
    for (const row of page) {
      const key = `${row.customer_key} ${row.item_key} ${row.unit_price}`;
      if (key !== group.key) {
        links.push(...linkGroup(group.sales, group.returns));
        group = { key, sales: [], returns: [] };
      }
      const { at: occurredAt, quantity } = row;
      if (row.row_key !== null) group.returns.push({ rowKey: row.row_key, occurredAt, quantity });
      else
        group.sales.push({
          occurredAt,
          quantity,
          amountMinor: row.amount_minor!,
          orderKey: row.order_key!,
          lineNumber: row.line_number!,
        });
    }
    await stageLinks(tx, links);
    links = [];
  }
  await stageLinks(tx, linkGroup(group.sales, group.returns));
}

function linkGroup(sales: readonly Sale[], returns: readonly Return[]): LinkRow[] {
  return chooseSales(sales, returns).links.map(({ cancellation, sale, quantity, amountMinor }) => ({
    rowKey: returns[cancellation].rowKey,
    orderKey: sales[sale].orderKey,
    lineNumber: sales[sale].lineNumber,
    quantity,
    amountMinor,
  }));
}
