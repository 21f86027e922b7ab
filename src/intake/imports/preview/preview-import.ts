import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type FieldFault, PannierError } from '../../../errors.ts';
import type { RowCounts } from '../../batch/verdicts.ts';
import type { CleaningRule } from '../../cleaning/rules.ts';
import type { Format } from '../../files/containers/table.ts';
import { understandFile } from '../../files/understanding/understand.ts';
import type { RowKind, Understanding, UnderstandOptions, Understood } from '../../files/understanding/understood.ts';
import { storableText } from '../../quarantine/raw.ts';
import { idFields } from '../elements/import-elements.ts';
import { createElementPreparer, type PreparedElement } from '../elements/prepare-element.ts';
import { describe, peekOrders } from '../import-facts.ts';
import { readingOf } from '../import-mapped.ts';
import type { ImportOptions, ImportTools } from '../import-types.ts';
import { type RowRules, understoodMapping } from '../import-understood.ts';
import { isExport } from '../is-export.ts';
import type { FactKind } from '../kinds.ts';
import { type Mapping, resolveMapping } from '../mapping/mapping.ts';
import { createLinePreparer, type Line, type PreparedLine } from '../order-lines/prepare-line.ts';
import type { FileRow } from '../reading/file-row.ts';
import { openRows } from '../reading/rows.ts';
import { setAside } from '../upload/set-aside.ts';
import type { Correction } from '../values/correction.ts';
import { IdShapes, withWholeIds } from '../values/ids.ts';
import { bytesOf, rawBytesOf } from './bytes-of.ts';
import { factsOfLine } from './facts-of-line.ts';

/** The text of a file, and how it is to be read. */
export interface PreviewOptions
  extends Pick<ImportOptions, 'format' | 'preset' | 'mapping' | 'timeZone'>,
    Pick<UnderstandOptions, 'platform' | 'currency' | 'dateOrder'> {
  /** without it what is in the file decides */
  kind?: FactKind | undefined;
  /** Its name, by which NDJSON may show. */
  file: string;
  text: string;
  /** `base64`: the text is that of the file's bytes. */
  encoding: 'utf-8' | 'base64';
  /** The text is only the beginning of the file: its last line may be cut. */
  isCut: boolean;
  /** How many rows are shown; all that are read are counted. */
  limit: number;
}

/** How an import would read a file. */
export interface ImportPreview {
  format: Format;
  /** of a file that is read by what is in it */
  understanding: Understanding | undefined;
  delimiter: string | undefined;
  /** Columns as the file has them, and what they are read as; null: not at all. */
  columns: { column: string; field: string | null }[];
  /** Why the file cannot be read at all, or not further. */
  faults: FieldFault[];
  counts: RowCounts;
  /** Not all rows of the text were read. */
  hasMore: boolean;
  rows: PreviewedRow[];
}

/** What an import would take a row for. */
export interface PreviewedRow {
  number: number;
  status: 'accepted' | 'merged' | 'quarantined';
  rules: CleaningRule[];
  /** Of a value that cannot be read, what would be right; of one that a rule refuses, why. */
  faults: { field: string; value: string | null; expected: string }[];
  corrections: Correction[];
  /** null: it gives none */
  facts: Record<string, unknown> | null;
}

type MappedOptions = PreviewOptions & { kind: FactKind };

const mostRows = 1_000;
const mostColumns = 200;
/** Rows between which others get their turn. */
const rowsAtOnce = 50;
const longestShown = 400;

/** Reads rows as an import of the same file and mapping reads them; see `Imports.preview`. */
export async function previewImport(tools: ImportTools, options: PreviewOptions): Promise<ImportPreview> {
  const { kind = 'orders', ...rest } = options;
  if (isExport(options)) {
    const preview = await previewExport(tools, options);
    // What cannot be understood may be mapped by hand: its columns are shown.
    if (preview.understanding !== undefined) return preview;
    const mapped = await previewMapped(tools, { ...rest, kind }).catch(() => undefined);
    return mapped && mapped.columns.length > 0
      ? { ...mapped, faults: preview.faults, rows: [], counts: nothingSeen.counts }
      : preview;
  }
  const mapping = resolveMapping({ kind, preset: options.preset, mapping: options.mapping });
  const isMaybeContainer = options.encoding === 'base64' || /^\s*[[<]/.test(options.text);
  return (
    (mapping.own || isMaybeContainer ? await previewExport(tools, { ...options, kind }, mapping) : undefined) ??
    previewMapped(tools, { ...rest, kind })
  );
}

const nothingSeen = {
  format: 'csv' as const,
  understanding: undefined,
  delimiter: undefined,
  columns: [],
  counts: { in: 0, facts: 0, quarantined: 0, merged: 0 },
  hasMore: false,
  rows: [],
};

/**
 * A file that is read by what is in it, or by a mapping that says how; what is wrong with it as a whole is told.
 * @returns undefined: a text of rows whose columns are mapped, which is read row by row
 */
async function previewExport(tools: ImportTools, options: PreviewOptions): Promise<ImportPreview>;
async function previewExport(
  tools: ImportTools,
  options: MappedOptions,
  mapping: Mapping,
): Promise<ImportPreview | undefined>;
async function previewExport(
  tools: ImportTools,
  options: PreviewOptions,
  mapping?: Mapping,
): Promise<ImportPreview | undefined> {
  let preview: ImportPreview | undefined = { ...nothingSeen, faults: [] };
  const aside = await setAside(Readable.from([rawBytesOf(options)]));
  const faults = await faultsOf(async () => {
    const { file, isCut, platform, currency, dateOrder, kind = 'orders', format } = options;
    const reading = mapping && (await readingOf(aside.path, mapping, { kind, format }));
    if (mapping && !reading) {
      preview = undefined;
      return;
    }
    const how = { name: file || 'file', isCut, platform, currency, dateOrder, kind: options.kind, ...reading };
    const understood = await understandFile(aside.path, how, { ...tools.config, now: tools.clock() });
    try {
      preview = await describeExport(tools, understood, options, mapping);
    } finally {
      await understood.close();
    }
  });
  await aside.remove();
  return faults.length > 0 ? { ...nothingSeen, faults } : preview;
}

/** Of a file of several kinds the rows of one are shown. */
const mainKinds = ['orders', 'events', 'items', 'customers', 'refunds'] as const;

async function describeExport(
  tools: ImportTools,
  understood: Understood,
  options: PreviewOptions,
  rules: RowRules | undefined,
): Promise<ImportPreview> {
  const kind = mainKinds.find((one) => understood.kinds.some((counted) => counted.kind === one));
  const { read, hasMore } = kind
    ? await readUnderstood(tools, understood, { ...options, kind }, rules)
    : { read: [], hasMore: false };
  const { columns, delimiter, format } = understood.tables[0];
  return {
    format,
    understanding: understood,
    delimiter: delimiter ?? undefined,
    columns: columns.slice(0, mostColumns).map(({ column, field }) => ({ column: shown(column), field })),
    faults: [],
    hasMore,
    ...judgeTogether(read, options.limit),
  };
}

async function readUnderstood(
  tools: ImportTools,
  understood: Understood,
  options: PreviewOptions & { kind: RowKind },
  rules: RowRules | undefined,
): Promise<{ read: Read[]; hasMore: boolean }> {
  const mapping = resolveMapping({ kind: options.kind, mapping: understoodMapping(options.kind, understood, rules) });
  const opened = { format: 'csv' as const, rows: understood.rowsOf(options.kind) };
  const { understand, rows } = await createReader(tools, options, mapping, opened);
  const read: Read[] = [];
  for await (const row of rows) {
    if (read.length === mostRows) return { read, hasMore: true };
    read.push(understand(row));
    if (read.length % rowsAtOnce === 0) await setImmediate();
  }
  return { read, hasMore: false };
}

/** A file whose columns have our names, or are mapped. */
async function previewMapped(tools: ImportTools, options: MappedOptions): Promise<ImportPreview> {
  const { kind, preset, file, format: asked } = options;
  const mapping = resolveMapping({ kind, preset, mapping: options.mapping });
  const seen = new SeenColumns(mapping);
  const { columns, delimiter: wanted } = mapping;
  const opened = await openRows(
    {
      ...{ file, format: asked, delimiter: wanted, columns, ...describe(options, mapping) },
      open: async () => bytesOf(options),
      onHeader: (header, fields) => seen.addHeader(header, fields),
    },
    () => {},
  );
  const { format, delimiter } = opened;
  const { isField } = describe(options, mapping);
  const read: Read[] = [];
  let hasMore = false;
  const faults = await faultsOf(async () => {
    const { understand, rows } = await createReader(tools, options, mapping, opened);
    for await (const row of rows) {
      hasMore = read.length === mostRows;
      if (hasMore) break;
      if (format === 'ndjson') seen.addNames(Object.keys(row.fields ?? {}), isField);
      read.push(understand(row));
      if (read.length % rowsAtOnce === 0) await setImmediate();
    }
  });
  const { counts, rows } = judgeTogether(read, options.limit);
  return { format, understanding: undefined, delimiter, columns: seen.columns, faults, counts, hasMore, rows };
}

/** A row by itself. */
interface Read {
  raw: string;
  /** whose shape tells of the whole column */
  ids: Record<string, string | undefined>;
  row: Omit<PreviewedRow, 'status'>;
}

/** What the rows say only together: which are equal to earlier ones, and ids that were written as decimals. */
function judgeTogether(read: readonly Read[], limit: number): Pick<ImportPreview, 'counts' | 'rows'> {
  const counts: RowCounts = { in: read.length, facts: 0, quarantined: 0, merged: 0 };
  const shapes = new IdShapes();
  for (const { ids } of read) {
    for (const [field, id] of Object.entries(ids)) shapes.see(field, id);
  }
  const wholeIds = shapes.wholeColumns.map(({ field }) => field);
  const raws = new Set<string>();
  const rows: PreviewedRow[] = [];
  for (const { raw, row } of read) {
    const status = raws.has(raw) ? 'merged' : row.facts === null ? 'quarantined' : 'accepted';
    raws.add(raw);
    counts[status === 'accepted' ? 'facts' : status]++;
    if (rows.length >= limit) continue;
    rows.push({ ...row, status, facts: row.facts && withWholeIds(row.facts, wholeIds) });
  }
  return { counts, rows };
}

/** The preparer of the rows, as the import would choose it. */
async function createReader(
  tools: ImportTools,
  { kind, timeZone = tools.config.timeZone }: MappedOptions,
  mapping: Mapping,
  { format, rows }: { format: 'csv' | 'ndjson'; rows: AsyncIterable<FileRow> },
): Promise<{ understand: (row: FileRow) => Read; rows: AsyncIterable<FileRow> }> {
  const context = { ...tools.config, now: tools.clock() };
  const isPeeked = kind === 'orders' && format === 'ndjson';
  const { nested, all } = isPeeked ? await peekOrders(rows) : { nested: false, all: rows };
  if (kind === 'orders' && !nested) {
    const prepare = createLinePreparer(mapping, timeZone, context);
    const understand = (row: FileRow) => {
      const prepared = prepare(row);
      const { line } = prepared;
      return readOf(row, prepared, idsOfLine(line), () => factsOfLine(line!, context.minorDigits));
    };
    return { understand, rows: all };
  }
  const prepare = createElementPreparer(kind, mapping, timeZone, context, (await tools.checks())[kind]);
  const understand = (row: FileRow) => {
    const prepared = prepare(row);
    const { refused, element } = prepared;
    return readOf(row, prepared, refused.length === 0 ? idsOfElement(element) : {}, () => element);
  };
  return { understand, rows: all };
}

function readOf(
  { number }: FileRow,
  { raw, refused, unreadable, judged, corrections }: PreparedLine | PreparedElement,
  ids: Read['ids'],
  facts: () => Record<string, unknown>,
): Read {
  const faults = [
    ...unreadable,
    ...judged.map(({ field, message }) => ({ field: field.slice(1), value: null, expected: message })),
  ].map(({ field, value, expected }) => ({
    field: shown(field),
    value: value === null ? null : shown(value),
    expected: shown(expected),
  }));
  const changed = corrections.map((correction) => ({
    ...correction,
    before: correction.before && shown(correction.before),
    after: correction.after && shown(correction.after),
  }));
  const isSound = refused.length === 0;
  return { raw, ids, row: { number, rules: refused, faults, corrections: changed, facts: isSound ? facts() : null } };
}

function idsOfLine(line: Line | undefined): Read['ids'] {
  return {
    order_id: line?.orderId,
    item_id: line?.itemId,
    customer_id: line?.customerId,
    visitor_id: line?.visitorId,
  };
}

function idsOfElement(element: Record<string, unknown>): Read['ids'] {
  const ids = idFields.map((field) => [field, element[field]]);
  return Object.fromEntries(ids.filter(([, id]) => typeof id === 'string'));
}

function shown(text: string): string {
  return storableText(text.slice(0, longestShown));
}

/** What is wrong with a file as a whole. What else goes wrong is thrown on. */
async function faultsOf(work: () => Promise<void>): Promise<FieldFault[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof PannierError) || error.code !== 'invalid_request') throw error;
    return error.faults.map(({ field, message }) => ({ field: shown(field), message: shown(message) }));
  }
}

/** The columns of a file, and which of our fields each is. */
class SeenColumns {
  readonly #fields = new Map<string, string | null>();
  readonly #mapped: ReadonlyMap<string, string>;

  constructor({ columns }: Mapping) {
    this.#mapped = new Map(Object.entries(columns).map(([field, column]) => [column, field]));
  }

  addHeader(header: readonly string[], fields: readonly [field: string, column: string][]): void {
    const byColumn = new Map(fields.map(([field, column]) => [column, field]));
    for (const column of header) this.#add(column, byColumn.get(column) ?? null);
  }

  /** @param names of a row of NDJSON, whose mapped columns bear our names already */
  addNames(names: readonly string[], isField: (name: string) => boolean): void {
    for (const name of names) {
      const column = [...this.#mapped].find(([, field]) => field === name)?.[0] ?? name;
      this.#add(column, isField(name) ? name : null);
    }
  }

  #add(column: string, field: string | null): void {
    if (this.#fields.size < mostColumns) this.#fields.set(column, field);
  }

  get columns(): ImportPreview['columns'] {
    return [...this.#fields].map(([column, field]) => ({ column: shown(column), field }));
  }
}
