import type { Transaction } from '../../db/index.ts';
import { toMinor } from '../../shop/money.ts';
import { type Batch, cleanBatch, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { checkCost, checkMarketFigure } from '../cleaning/check-facts.ts';
import type { CostElement, MarketFigureElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import { type CostRow, type MarketFigureRow, type ToldAt, upsertCosts, upsertMarketFigures } from './store.ts';

/** Stores costs; a row replaces the one of the same day, channel and campaign. */
export async function recordCosts(
  tx: Transaction,
  elements: readonly CostElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('cost', elements, ({ day }) => day);
  cleanBatch(batch, (element) => checkCost(element, context));
  const nameOf = ({ day, channel, campaign }: Pick<CostRow, 'day' | 'channel' | 'campaign'>) =>
    JSON.stringify([day, channel, campaign]);
  const changed = await replace(
    batch,
    (element): CostRow => ({
      day: element.day,
      channel: element.channel ?? '',
      campaign: element.campaign ?? '',
      amountMinor: toMinor(element.amount, context.minorDigits),
      impressions: element.impressions ?? null,
      clicks: element.clicks ?? null,
    }),
    nameOf,
    async (rows) => (await upsertCosts(tx, rows)).map(nameOf),
    context,
  );
  const touches = new Touches().addDays(
    'cost',
    changed.map(({ day }) => day),
  );
  return { verdicts: await batch.close(tx, context.importId), itemKeys: [], customerKeys: [], touches };
}

/** Stores figures of the market; a row replaces the one of the same month, category, measure and name. */
export async function recordMarketFigures(
  tx: Transaction,
  elements: readonly MarketFigureElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('market_figure', elements, ({ month }) => month);
  cleanBatch(batch, (element) => checkMarketFigure(element, context));
  const nameOf = ({ month, category, measure, whose }: MarketFigureRow) =>
    JSON.stringify([month, category, measure, whose]);
  const changed = await replace(
    batch,
    (element): MarketFigureRow => ({
      month: `${element.month}-01`,
      category: element.category ?? '',
      measure: element.measure,
      whose: element.whose ?? 'market',
      value: element.value,
      source: element.source,
    }),
    nameOf,
    async (rows) => (await upsertMarketFigures(tx, rows)).map(nameOf),
    context,
  );
  const touches = new Touches().addDays(
    'market',
    changed.map(({ month }) => month),
  );
  return { verdicts: await batch.close(tx, context.importId), itemKeys: [], customerKeys: [], touches };
}

/**
 * Of rows of one name in a batch the last is stored; one before it counts as stored too where it said something else.
 * @param upsert gives the names of the rows that changed what was stored; what came before that is no news to it
 */
async function replace<Element extends object, Row>(
  batch: Batch<Element>,
  toRow: (element: Element) => Row,
  nameOf: (row: Row) => string,
  upsert: (rows: (Row & ToldAt)[]) => Promise<string[]>,
  { receivedAt }: Pick<RecordContext, 'receivedAt'>,
): Promise<Row[]> {
  const entries = batch.undecided().map((entry) => ({ entry, row: toRow(entry.element) }));
  if (entries.length === 0) return [];
  const last = new Map(entries.map(({ row }) => [nameOf(row), row]));
  const toldAt = ({ index }: { index: number }) => (receivedAt ? new Date(receivedAt[index]) : null);
  const told = entries.filter(({ row }) => row === last.get(nameOf(row)));
  const changed = new Set(await upsert(told.map(({ entry, row }) => ({ ...row, toldAt: toldAt(entry) }))));
  const replaced = new Set<Row>();
  for (const { entry, row } of entries) {
    const stored = last.get(nameOf(row))!;
    const isNews = row === stored ? changed.has(nameOf(row)) : JSON.stringify(row) !== JSON.stringify(stored);
    if (isNews) batch.accept(entry);
    else batch.merge(entry);
    if (row === stored && isNews) replaced.add(row);
  }
  return [...replaced];
}
