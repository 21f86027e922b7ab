import { noteDeed } from '../../audit/index.ts';
import type { Database, Transaction } from '../../db/index.ts';
import type { RecordBatch } from '../batch/recorded.ts';
import type { RowCounts } from '../batch/verdicts.ts';
import { canonicalJson, isAsItCame } from '../quarantine/raw.ts';
import type { FactRowKind, Passage, QuarantinedRow, RedriveSelection } from '../quarantine/rows.ts';
import * as quarantine from '../quarantine/store.ts';
import { type RecordedKind, recordByKind } from '../record-by-kind.ts';
import { Touches } from '../touches/touches.ts';
import { createElementPreparer } from './elements/prepare-element.ts';
import type { ImportTools } from './import-types.ts';
import { lineFields } from './mapping/mapping.ts';
import { createLinePreparer, type LinePreparer } from './order-lines/prepare-line.ts';
import { settleLines, stageLines } from './order-lines/stage-and-settle.ts';
import type { PlacedLine } from './order-lines/staging/store.ts';
import { assertConserved } from './report/report.ts';
import * as store from './store.ts';
import { withWholeIds } from './values/ids.ts';

const pageSize = 1_000;

interface Redrive {
  tools: ImportTools;
  counts: RowCounts;
  itemKeys: Set<number>;
  customerKeys: Set<number>;
  touches: Touches;
}

/** Sends quarantined rows through cleaning again; see `Imports.redrive`. */
export async function redrive(tools: ImportTools, selection: RedriveSelection): Promise<RowCounts> {
  const { counts } = await tools.commit(async (tx) => {
    await store.beginWork(tx);
    const counts = { in: 0, facts: 0, quarantined: 0, merged: 0 };
    const touches = new Touches();
    const work: Redrive = { tools, counts, itemKeys: new Set(), customerKeys: new Set(), touches };
    for (const passage of await quarantine.lockPassages(tx, selection)) {
      await (passage.kind === 'order_line' ? redriveLines(work, tx, passage) : redriveElements(work, tx, passage));
    }
    assertConserved(counts);
    const { rule = null, importId = null } = selection;
    await noteDeed(tx, { subject: 'redrive', subjectId: '', details: { rule, import_id: importId, ...counts } });
    return { counts, itemKeys: [...work.itemKeys], customerKeys: [...work.customerKeys], touches };
  });
  return counts;
}

async function redriveLines({ tools, counts, ...work }: Redrive, tx: Transaction, passage: Passage): Promise<void> {
  const importId = passage.importId!;
  const { mapping, timeZone, wholeIds = [] } = await store.selectOptions(tx, importId);
  const prepare = createLinePreparer(mapping, timeZone, { ...tools.config, now: tools.clock() });
  // A row that was in conflict with what is known must not grow it.
  const run = {
    importId,
    minorDigits: tools.config.minorDigits,
    growing: !passage.conflicting,
    findServices: mapping.services === undefined,
    wholeIds: () => wholeIds,
  };
  const staged = await stageLines(tx, placeLines(tools.db, passage, prepare, counts), run);
  const settled = await settleLines(tx, run, staged);
  counts.facts += settled.facts;
  counts.quarantined += settled.quarantined + settled.quarantinedBefore;
  counts.merged += settled.known;
  for (const key of settled.itemKeys) work.itemKeys.add(key);
  for (const key of settled.customerKeys) work.customerKeys.add(key);
  work.touches.addAll(settled.touches);
}

/** Read beside the transaction, whose connection is busy with taking the rows in. */
async function* placeLines(
  db: Database,
  passage: Passage,
  prepare: LinePreparer,
  counts: RowCounts,
): AsyncGenerator<PlacedLine> {
  for await (const page of quarantine.readPassage(db, passage, pageSize)) {
    counts.in += page.length;
    for (const { quarantineId, rowNumber, raw, rules } of page) {
      const readable = isAsItCame({ rules, raw }) && lineFields.some((field) => field in raw);
      const row = { number: rowNumber ?? 0, latin1: [], ...(readable ? { fields: raw } : { broken: raw }) };
      yield { rowKey: quarantineId, rowNumber, prepared: prepare(row) };
    }
  }
}

async function redriveElements({ tools, counts, ...work }: Redrive, tx: Transaction, passage: Passage): Promise<void> {
  const kind = kindOfRows(passage.kind);
  const record = recordByKind[kind].record as RecordBatch<object>;
  const context = { ...tools.config, now: tools.clock(), importId: passage.importId ?? undefined };
  const reread = await createRereader(tools, tx, passage, kind);
  for await (const page of quarantine.readPassage(tx, passage, pageSize)) {
    const sound = page.flatMap((row) => reread(row) ?? []);
    if (kind === 'events')
      await tools.partitions.prepareAnew(
        sound.map(({ element }) => Date.parse((element as { occurred_at: string }).occurred_at)),
      );
    const { verdicts, itemKeys, customerKeys, touches } = await record(
      tx,
      sound.map(({ element }) => element),
      { ...context, receivedAt: sound.map(({ receivedAt }) => receivedAt) },
    );
    for (const key of itemKeys) work.itemKeys.add(key);
    for (const key of customerKeys) work.customerKeys.add(key);
    work.touches.addAll(touches);
    const settled = verdicts.filter(({ status, index }) => status !== 'quarantined' || sound[index].rewritten);
    await quarantine.deleteRows(
      tx,
      settled.map(({ index }) => sound[index].quarantineId),
    );
    counts.in += page.length;
    counts.facts += verdicts.filter(({ status }) => status === 'accepted').length;
    counts.merged += verdicts.filter(({ status }) => status === 'merged').length;
    counts.quarantined += page.length - verdicts.filter(({ status }) => status !== 'quarantined').length;
  }
}

function kindOfRows(rowKind: FactRowKind): RecordedKind {
  return (Object.keys(recordByKind) as RecordedKind[]).find((kind) => recordByKind[kind].rowKind === rowKind)!;
}

interface Reread {
  quarantineId: number;
  /** epoch milliseconds */
  receivedAt: number;
  element: object;
  /** The element is not as it lies in quarantine: refused again, it lies there anew. */
  rewritten: boolean;
}

/** Makes the function that gives a row's element; undefined where it still cannot be read. */
async function createRereader(
  tools: ImportTools,
  tx: Transaction,
  { importId }: Passage,
  kind: RecordedKind,
): Promise<(row: QuarantinedRow) => Reread | undefined> {
  const faultOf = (await tools.checks())[kind];
  const asItIs = ({ quarantineId, receivedAt, raw, rules }: QuarantinedRow) =>
    isAsItCame({ rules, raw }) && faultOf(raw) === undefined
      ? { quarantineId, receivedAt: receivedAt.getTime(), element: raw, rewritten: false }
      : undefined;
  if (importId === null || kind === 'refunds') return asItIs;
  const { mapping, timeZone, wholeIds = [] } = await store.selectOptions(tx, importId);
  const prepare = createElementPreparer(kind, mapping, timeZone, { ...tools.config, now: tools.clock() }, faultOf);
  return (row) => {
    if (row.rowNumber === null) return asItIs(row);
    if (!isAsItCame(row)) return undefined;
    const { element: read, refused, raw } = prepare({ number: row.rowNumber, latin1: [], fields: row.raw });
    if (refused.length > 0) return undefined;
    const element = withWholeIds(read, wholeIds);
    const { quarantineId, receivedAt } = row;
    return { quarantineId, receivedAt: receivedAt.getTime(), element, rewritten: canonicalJson(element) !== raw };
  };
}
