import type { Transaction } from '../../../db/index.ts';
import type { RecordBatch } from '../../batch/recorded.ts';
import { isDeliberate } from '../../behaviours.ts';
import { actorOf, robotEventsPerMinute } from '../../cleaning/robots.ts';
import type { CleaningRule } from '../../cleaning/rules.ts';
import type { EventPartitions } from '../../events/partitions.ts';
import { quarantineElements } from '../../quarantine/quarantine-elements.ts';
import { meantId } from '../../quarantine/raw.ts';
import { recordByKind } from '../../record-by-kind.ts';
import { Touches } from '../../touches/touches.ts';
import type { ImportTask, TakenIn } from '../import-types.ts';
import type { FileRow } from '../reading/file-row.ts';
import { assess } from '../report/assess.ts';
import { composeRefusal, composeReport } from '../report/report.ts';
import { Tally } from '../report/tally.ts';
import { fetchPages, noteWholeIds } from '../store.ts';
import { IdShapes, withWholeIds } from '../values/ids.ts';
import type { ContractCheck } from './contract-check.ts';
import { type ElementKind, expectedFields, factIds } from './element-fields.ts';
import { createElementPreparer } from './prepare-element.ts';
import * as store from './store.ts';

const pageSize = 1_000;
/** Of what is copied at once: a step for each row would cost as much as its copying. */
const chunkLength = 65_536;
/** Whose shape tells of their whole column. */
export const idFields = ['order_id', 'refund_id', 'event_id', 'item_id', 'customer_id', 'visitor_id'];

export interface ElementImport extends ImportTask {
  kind: ElementKind;
  partitions: EventPartitions;
  check: ContractCheck;
}

/** Takes in a file with an element of the API a row, in one transaction: sound rows go where the API's batches go. */
export async function importElements(
  tx: Transaction,
  rows: AsyncIterable<FileRow>,
  task: ElementImport,
): Promise<TakenIn> {
  const tally = new Tally();
  const context = {
    timeZone: task.timeZone,
    now: task.context.now,
    lines: task.lines,
    understanding: task.understanding,
  };

  const shapes = new IdShapes();
  await store.copyElements(tx, prepareAll(rows, task, tally, shapes));
  const wholeIds = shapes.wholeColumns.map(({ field }) => field);
  for (const { rows: decimals } of shapes.wholeColumns) tally.detect('whole_id', decimals);
  task.onStage('detect', tally.rows);
  const duplicates = await store.removeDuplicates(tx);
  tally.detect('exact_duplicate', duplicates);
  if (task.kind === 'events') {
    tally.detect('robot', await store.refuseRobots(tx, task.context.robotEventsPerMinute ?? robotEventsPerMinute));
  }

  task.onStage('assess', tally.rows);
  const assessment = assess(tally.findings({ duplicates, inconsistent: await store.countContradictions(tx) }));
  if (!assessment.passed && !task.force) {
    const report = composeRefusal(tally, assessment, context);
    return { status: 'refused', report, itemKeys: [], customerKeys: [], touches: new Touches() };
  }

  if (task.kind === 'orders') tally.warnOfBusiest(await store.selectBusiest(tx));
  await noteWholeIds(tx, task.importId, wholeIds);
  task.onStage('correct', 0);
  if (task.kind === 'events') await task.partitions.prepareAnew(await store.selectDays(tx));
  const recorded = await recordSound(tx, task, tally, wholeIds);
  const refused = recorded.quarantined + (await keepRefused(tx, task));
  task.onStage('output', tally.rows);
  const quarantinedByRule = await store.countQuarantined(tx, task.importId);
  const quarantined = Object.values(quarantinedByRule).reduce((sum, count) => sum + count, 0);
  const report = composeReport(
    tally,
    assessment,
    {
      facts: recorded.facts,
      quarantined,
      quarantinedBefore: refused - quarantined,
      known: duplicates + recorded.merged,
      corrected: await store.countCorrections(tx, task.importId),
      output: { [task.kind]: recorded.facts },
      quarantinedByRule,
    },
    context,
  );
  const { touches } = recorded;
  return {
    status: 'finished',
    report,
    itemKeys: [...recorded.itemKeys],
    customerKeys: [...recorded.customerKeys],
    touches,
  };
}

async function* prepareAll(
  rows: AsyncIterable<FileRow>,
  task: ElementImport,
  tally: Tally,
  shapes: IdShapes,
): AsyncGenerator<string> {
  const { kind, mapping, timeZone, context, check } = task;
  const prepare = createElementPreparer(kind, mapping, timeZone, context, check);
  const timed = kind === 'events' || kind === 'orders' || kind === 'refunds';
  const idField = factIds[kind];
  let lines = '';
  for await (const row of rows) {
    const prepared = prepare(row);
    const { element, refused, counted, filled, occurredAt } = prepared;
    tally.add({ refused, counted, filled, expected: expectedFields[kind].length, occurredAt, timed });
    tally.exemplify(row.number, prepared.unreadable);
    for (const field of idFields) {
      const id = element[field];
      if (refused.length === 0 && typeof id === 'string') shapes.see(field, id);
    }
    if (tally.rows % 10_000 === 0) task.onStage('prepare', tally.rows);
    const sound = kind === 'events' && refused.length === 0;
    lines += store.stagedLine({
      rowNumber: row.number,
      prepared,
      factId: idField && refused.length === 0 ? String(element[idField]) : undefined,
      actor: sound ? actorOf(element as { visitor_id?: string; customer_id?: string }) : undefined,
      deliberate: sound && isDeliberate(String(element['type'])),
    });
    if (lines.length < chunkLength) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}

interface RecordedSound {
  facts: number;
  merged: number;
  quarantined: number;
  itemKeys: Set<number>;
  customerKeys: Set<number>;
  touches: Touches;
}

async function recordSound(
  tx: Transaction,
  task: ElementImport,
  tally: Tally,
  wholeIds: readonly string[],
): Promise<RecordedSound> {
  const recorded: RecordedSound = {
    facts: 0,
    merged: 0,
    quarantined: 0,
    itemKeys: new Set(),
    customerKeys: new Set(),
    touches: new Touches(),
  };
  const record = recordByKind[task.kind].record as RecordBatch<object>;
  let done = 0;
  let planned = pageSize;
  for await (const page of fetchPages<store.SoundRow>(tx, store.soundQuery, pageSize)) {
    const elements = page.map(({ element }) => withWholeIds(JSON.parse(element) as object, wholeIds));
    const { verdicts, itemKeys, customerKeys, touches } = await record(tx, elements, {
      ...task.context,
      importId: task.importId,
    });
    for (const key of itemKeys) recorded.itemKeys.add(key);
    for (const key of customerKeys) recorded.customerKeys.add(key);
    recorded.touches.addAll(touches);
    const accepted: store.SoundRow[] = [];
    done += page.length;
    if (done >= 2 * planned) {
      await store.forgetPlans(tx);
      planned = done;
    }
    task.onStage('correct', done);
    for (const { index, status, faults } of verdicts) {
      recorded[status === 'accepted' ? 'facts' : status]++;
      if (status === 'accepted') accepted.push(page[index]);
      for (const rule of new Set<CleaningRule>(faults?.map(({ rule }) => rule))) tally.detect(rule);
    }
    await store.recordCorrections(tx, task.importId, accepted);
  }
  return recorded;
}

/** @returns how many rows were refused */
async function keepRefused(tx: Transaction, task: ElementImport): Promise<number> {
  let refused = 0;
  for await (const page of fetchPages<store.RefusedRow>(tx, store.refusedQuery, pageSize)) {
    refused += page.length;
    await quarantineElements(
      tx,
      page.map(({ row_number: rowNumber, raw: text, refused: rules, faults }) => {
        const raw = JSON.parse(text);
        return {
          kind: recordByKind[task.kind].rowKind,
          rules,
          raw,
          customerId: meantId(raw['customer_id']),
          visitorId: meantId(raw['visitor_id']),
          importId: task.importId,
          rowNumber,
          faults: faults ?? [],
        };
      }),
    );
  }
  return refused;
}
