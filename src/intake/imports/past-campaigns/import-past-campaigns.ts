import type { Transaction } from '../../../db/index.ts';
import { checkTime, isPathStep } from '../../cleaning/check-facts.ts';
import type { CleaningRule } from '../../cleaning/rules.ts';
import { isAtMost } from '../../cleaning/text-length.ts';
import { quarantineElements } from '../../quarantine/quarantine-elements.ts';
import { canonicalJson, hashRaw } from '../../quarantine/raw.ts';
import type { PastCampaignRowKind } from '../../quarantine/rows.ts';
import { deleteEqualRows } from '../../quarantine/store.ts';
import { Touches } from '../../touches/touches.ts';
import { runImport } from '../import-steps.ts';
import type {
  ImportOptions,
  ImportProgress,
  ImportResult,
  ImportsDependencies,
  ImportTask,
  TakenIn,
} from '../import-types.ts';
import type { PastCampaignKind } from '../kinds.ts';
import { readDecimal, roundToSix } from '../reading/decimal.ts';
import type { FileRow } from '../reading/file-row.ts';
import { expectedInstead, isExact } from '../reading/text.ts';
import { createTimeReader } from '../reading/time.ts';
import { assess } from '../report/assess.ts';
import { composeRefusal, composeReport } from '../report/report.ts';
import { Tally } from '../report/tally.ts';
import { markStart, returnToStart } from '../store.ts';
import { expectedNumber, expectedText, expectedTime, hiddenValue, type ValueFault } from '../values/expectations.ts';
import { createNobody, isDestroyedId } from '../values/ids.ts';

/** A row by the fields of its keeper: text, times in ISO form, decimals as decimal strings; empty cells are absent. */
export type PastCampaignRow = Readonly<Record<string, string | undefined>>;

/** `merged`: it is known already. */
export type KeptVerdict = 'accepted' | 'merged' | CleaningRule;

/** Who keeps rows of another station, and what they must be like. */
export interface PastCampaignKeeper {
  rowKind: PastCampaignRowKind;
  fields: Readonly<Record<string, 'text' | 'time' | 'decimal'>>;
  required: readonly string[];
  /** the field that says when it happened */
  timeField: string | undefined;
  /** Rows of one call are all different. @returns a verdict a row, in their order */
  keep(tx: Transaction, rows: readonly PastCampaignRow[], importId: number): Promise<KeptVerdict[]>;
}

const pageSize = 5_000;
const longestText = 128;

/** Imports a file of rows; see `Imports.importPastCampaigns`. */
export function importPastCampaigns(
  deps: ImportsDependencies,
  options: ImportOptions<PastCampaignKind>,
  keeper: PastCampaignKeeper,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  return runImport(deps, options, onProgress, {
    describe: () => ({ isField: (name) => Object.hasOwn(keeper.fields, name), required: keeper.required }),
    take: (tx, rows, _, task) => takeRows(tx, rows, { ...task, kind: options.kind, keeper }),
  });
}

type PastCampaignImport = ImportTask & { kind: PastCampaignKind; keeper: PastCampaignKeeper };

/** What has become of the rows so far. */
interface Counts {
  facts: number;
  known: number;
  quarantined: number;
  quarantinedBefore: number;
  duplicates: number;
  /** newly quarantined rows by the first rule of each */
  byRule: Record<string, number>;
}

interface PreparedRow {
  raw: string;
  row: PastCampaignRow;
  refused: CleaningRule[];
  faults: ValueFault[];
  occurredAt: number | undefined;
  number: number;
}

async function takeRows(tx: Transaction, rows: AsyncIterable<FileRow>, task: PastCampaignImport): Promise<TakenIn> {
  const { timeZone, context } = task;
  const tally = new Tally();
  const counts: Counts = { facts: 0, known: 0, quarantined: 0, quarantinedBefore: 0, duplicates: 0, byRule: {} };
  const prepare = createPreparer(task);
  await markStart(tx);

  async function takePage(page: readonly PreparedRow[]): Promise<void> {
    const accepted = await keepSound(tx, page, task, counts);
    await deleteEqualRows(tx, task.keeper.rowKind, accepted);
    await quarantineRefused(tx, page, task, counts);
    tallyPage(tally, page, task.keeper);
    task.onStage('prepare', tally.rows);
  }

  let page: PreparedRow[] = [];
  for await (const row of rows) {
    page.push(prepare(row));
    if (page.length < pageSize) continue;
    await takePage(page);
    page = [];
  }
  await takePage(page);

  const reportContext = { timeZone, now: context.now, lines: task.lines };
  const { duplicates, known, facts, quarantined, quarantinedBefore, byRule: quarantinedByRule } = counts;
  tally.detect('exact_duplicate', duplicates);
  const assessment = assess(tally.findings({ duplicates, inconsistent: 0 }));
  if (!assessment.passed && !task.force) {
    await returnToStart(tx);
    const report = composeRefusal(tally, assessment, reportContext);
    return { status: 'refused', report, itemKeys: [], customerKeys: [], touches: new Touches() };
  }
  task.onStage('output', tally.rows);
  const output = { [task.kind]: facts };
  const outcome = { facts, quarantined, quarantinedBefore, known: known + duplicates, corrected: {}, output };
  const report = composeReport(tally, assessment, { ...outcome, quarantinedByRule }, reportContext);
  return { status: 'finished', report, itemKeys: [], customerKeys: [], touches: new Touches() };
}

/** Has the sound rows kept, each once; what the keeper refuses is refused from now on. @returns hashes of those accepted */
async function keepSound(
  tx: Transaction,
  page: readonly PreparedRow[],
  { keeper, importId }: PastCampaignImport,
  counts: Counts,
): Promise<Buffer[]> {
  const seen = new Set<string>();
  const sound: PreparedRow[] = [];
  for (const prepared of page) {
    if (prepared.refused.length > 0) continue;
    if (seen.has(prepared.raw)) counts.duplicates++;
    else sound.push(prepared);
    seen.add(prepared.raw);
  }
  const verdicts = await keeper.keep(
    tx,
    sound.map(({ row }) => row),
    importId,
  );
  const accepted: Buffer[] = [];
  verdicts.forEach((verdict, index) => {
    if (verdict === 'accepted') accepted.push(hashRaw(sound[index].raw));
    else if (verdict === 'merged') counts.known++;
    else sound[index].refused.push(verdict);
  });
  counts.facts += accepted.length;
  return accepted;
}

async function quarantineRefused(
  tx: Transaction,
  page: readonly PreparedRow[],
  { keeper, importId }: PastCampaignImport,
  counts: Counts,
): Promise<void> {
  const refused = page.filter((prepared) => prepared.refused.length > 0);
  const isNew = await quarantineElements(
    tx,
    refused.map(({ raw, refused: rules, row, faults, number: rowNumber }) => ({
      kind: keeper.rowKind,
      rules,
      raw: JSON.parse(raw),
      customerId: row['customer_id'],
      importId,
      rowNumber,
      faults,
    })),
  );
  refused.forEach(({ refused: [rule] }, index) => {
    counts[isNew[index] ? 'quarantined' : 'quarantinedBefore']++;
    if (isNew[index]) counts.byRule[rule] = (counts.byRule[rule] ?? 0) + 1;
  });
}

function tallyPage(tally: Tally, page: readonly PreparedRow[], { required, timeField }: PastCampaignKeeper): void {
  for (const { row, refused, occurredAt, faults, number } of page) {
    tally.exemplify(number, faults);
    const filled = required.filter((field) => row[field] !== undefined).length;
    tally.add({ refused, counted: [], filled, expected: required.length, occurredAt, timed: timeField !== undefined });
  }
}

function createPreparer({ keeper, mapping, timeZone, context }: ImportTask & { keeper: PastCampaignKeeper }) {
  const readTime = createTimeReader(timeZone, mapping.time_format);
  const isNobody = createNobody(mapping.nobody);
  const convert = (type: 'text' | 'time' | 'decimal', text: string): string | undefined => {
    if (type === 'text')
      return !isPathStep(text) && isAtMost(text, longestText) && !text.includes('\0') && text.isWellFormed()
        ? text
        : undefined;
    if (type === 'decimal') {
      const decimal = readDecimal(text, mapping.decimals);
      return decimal === undefined || decimal.startsWith('-') ? undefined : roundToSix(decimal);
    }
    const time = readTime(text);
    return time && new Date(time.instant).toISOString();
  };
  const expectedOf = (type: 'text' | 'time' | 'decimal', text: string) =>
    type === 'text'
      ? expectedText(longestText)
      : type === 'decimal'
        ? expectedNumber(text, mapping.decimals)
        : expectedTime(text, mapping.time_format);
  return ({ fields, broken, expected, number }: FileRow): PreparedRow => {
    const faults: ValueFault[] = fields ? [] : [{ field: 'row', value: '', expected: expected ?? 'a row' }];
    const row: Record<string, string> = {};
    let isReadable = fields !== undefined;
    for (const [field, type] of Object.entries(keeper.fields)) {
      const value = fields?.[field];
      if (value !== undefined && value !== null && typeof value !== 'string' && !isExact(value)) {
        isReadable = false;
        const told = field === 'customer_id' ? hiddenValue : JSON.stringify(value);
        faults.push({ field, value: told, expected: expectedInstead(value) });
        continue;
      }
      const text = String(value ?? '').trim();
      if (text === '' || (field === 'customer_id' && isNobody(text))) {
        if (keeper.required.includes(field)) {
          isReadable = false;
          if (fields) faults.push({ field, value: '', expected: 'a value: the field is needed' });
        }
        continue;
      }
      const converted = field.endsWith('_id') && isDestroyedId(text) ? undefined : convert(type, text);
      if (converted !== undefined) row[field] = converted;
      else {
        isReadable = false;
        faults.push({ field, value: field === 'customer_id' ? hiddenValue : text, expected: expectedOf(type, text) });
      }
    }
    const time = keeper.timeField === undefined ? undefined : row[keeper.timeField];
    const refused: CleaningRule[] = isReadable
      ? checkTime(time, `/${keeper.timeField}`, context).map(({ rule }) => rule)
      : ['unreadable'];
    const occurredAt = time === undefined ? undefined : Date.parse(time);
    return { raw: canonicalJson(fields ?? broken), row, refused, faults, occurredAt, number };
  };
}
