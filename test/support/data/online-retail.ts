import { parseSaleLines, type SaleLines } from './sale-lines.ts';
import { sharedLines } from './shared-data.ts';

export { isProduct } from '../simulated/daily-sales.ts';
export type { SaleLines } from './sale-lines.ts';

let cached: SaleLines | undefined;

/**
 * Online Retail's plain sale lines with a customer: no cancellation, quantity and price above zero, duplicates kept,
 * nothing netted, services left in.
 */
export function readSaleLines(): SaleLines {
  cached ??= parseSaleLines(sharedLines('online-retail.csv.gz'));
  return cached;
}
