import type { Transaction } from '../../../db/index.ts';
import type { CleaningRule } from '../../cleaning/rules.ts';
import { Touches } from '../../touches/touches.ts';
import type { ImportTask, TakenIn } from '../import-types.ts';
import type { FileRow } from '../reading/file-row.ts';
import { assess } from '../report/assess.ts';
import { type CleaningReport, composeRefusal, composeReport } from '../report/report.ts';
import { Tally } from '../report/tally.ts';
import { noteWholeIds } from '../store.ts';
import { IdShapes } from '../values/ids.ts';
import { cancelKnownOrders } from './cancel-known-orders.ts';
import { createLinePreparer, expectedCells } from './prepare-line.ts';
import { type SettledLines, settleLines, stageLines } from './stage-and-settle.ts';
import { type PlacedLine, selectBusiest } from './staging/store.ts';

/** Takes in a file of order lines, in one transaction. */
export async function importOrderLines(
  tx: Transaction,
  rows: AsyncIterable<FileRow>,
  task: ImportTask,
): Promise<TakenIn> {
  const tally = new Tally();
  const context = {
    timeZone: task.timeZone,
    now: task.context.now,
    lines: task.lines,
    understanding: task.understanding,
  };
  const shapes = new IdShapes();
  const run = {
    importId: task.importId,
    minorDigits: task.context.minorDigits,
    growing: false,
    findServices: task.mapping.services === undefined,
    wholeIds: () => shapes.wholeColumns.map(({ field }) => field),
  };

  const staged = await stageLines(tx, prepareAll(rows, task, tally, shapes), run);
  task.onStage('detect', tally.rows);
  for (const { rows: decimals } of shapes.wholeColumns) tally.detect('whole_id', decimals);
  tally.detect('exact_duplicate', staged.duplicates);
  if (!shapes.has('line_id')) tally.warnOfDuplicates(staged.duplicates);
  tally.warnOfBusiest(await selectBusiest(tx));
  tally.detect('mixed_order', staged.mixed);
  tally.detect('order_conflict', staged.conflicting);

  task.onStage('assess', tally.rows);
  const assessment = assess(
    tally.findings({
      duplicates: staged.duplicates,
      inconsistent: staged.mixed + staged.conflicting,
      invalid: staged.worthless,
    }),
  );
  if (!assessment.passed && !task.force) {
    const report = composeRefusal(tally, assessment, context);
    return { status: 'refused', report, itemKeys: [], customerKeys: [], touches: new Touches() };
  }

  await noteWholeIds(tx, task.importId, run.wholeIds());
  task.onStage('correct', tally.rows);
  const settled = await settleLines(tx, run, staged);
  const cancelled = task.withdrawn ? await cancelKnownOrders(tx, task.withdrawn(), context, settled) : 0;
  task.onStage('output', tally.rows);
  tally.detect('cancellation', settled.presumedReturns.linked);
  tally.detect('quantity_negative', settled.presumedReturns.unlinked);
  tally.detect('order_outdated', settled.outdated);
  for (const [rule, orders] of Object.entries(settled.edited.notes)) tally.detect(rule as CleaningRule, orders);
  const services = describeServices(settled.services);
  if (run.findServices) tally.detect('not_a_product', services.rows);
  const output = { ...settled.output, ...(cancelled > 0 && { orders_cancelled: cancelled }) };
  const report = { ...composeReport(tally, assessment, { ...settled, output }, context), not_products: services };
  const { itemKeys, customerKeys, touches } = settled;
  return { status: 'finished', report, itemKeys, customerKeys, touches };
}

async function* prepareAll(
  rows: AsyncIterable<FileRow>,
  task: ImportTask,
  tally: Tally,
  shapes: IdShapes,
): AsyncGenerator<PlacedLine> {
  const prepare = createLinePreparer(task.mapping, task.timeZone, task.context);
  for await (const row of rows) {
    const prepared = prepare(row);
    const { refused, counted, filled, unreadable, line } = prepared;
    tally.add({ refused, counted, filled, expected: expectedCells.length, occurredAt: line?.occurredAt, timed: true });
    tally.exemplify(row.number, unreadable);
    shapes.see('order_id', line?.orderId);
    shapes.see('item_id', line?.itemId);
    shapes.see('customer_id', line?.customerId);
    shapes.see('visitor_id', line?.visitorId);
    if (row.fields?.['line_id'] !== undefined) shapes.see('line_id', '1');
    if (tally.rows % 10_000 === 0) task.onStage('prepare', tally.rows);
    yield { rowKey: row.number, rowNumber: row.number, prepared };
  }
}

function describeServices(found: SettledLines['services']): NonNullable<CleaningReport['not_products']> {
  return {
    items: found[0]?.items_in_all ?? 0,
    rows: found[0]?.rows_in_all ?? 0,
    most_named: found.map(({ item_id, title, rows }) => ({ item_id, title, rows })),
  };
}
