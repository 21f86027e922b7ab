import { isElementField } from './elements/element-fields.ts';
import { importElements } from './elements/import-elements.ts';
import { runImport } from './import-steps.ts';
import type { ImportOptions, ImportProgress, ImportResult, ImportTools } from './import-types.ts';
import { lineFields, type Mapping, requiredLineFields } from './mapping/mapping.ts';
import { importOrderLines } from './order-lines/import-order-lines.ts';
import type { FileRow } from './reading/file-row.ts';
import type { FileDescription } from './reading/rows.ts';

/** Imports one file; see `Imports.importFile`. */
export function importFacts(
  tools: ImportTools,
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  const { kind } = options;
  const { partitions } = tools;
  return runImport(tools, options, onProgress, {
    describe: (mapping) => describe(options, mapping),
    async take(tx, rows, format, task) {
      if (kind !== 'orders')
        return importElements(tx, rows, { ...task, kind, partitions, check: (await tools.checks())[kind] });
      const { nested, all } = format === 'ndjson' ? await peekOrders(rows) : { nested: false, all: rows };
      return !nested
        ? importOrderLines(tx, all, task)
        : importElements(tx, all, { ...task, kind, partitions, check: (await tools.checks())[kind] });
    },
  });
}

/** Without it a file is of another kind. */
const neededColumn = {
  items: 'item_id',
  customers: 'customer_id',
  events: 'event_id',
  refunds: 'refund_id',
  costs: 'day',
  'market-figures': 'month',
};

/** The fields of a kind of file, and those without which it is none. */
export function describe(
  { kind }: Pick<ImportOptions, 'kind'>,
  mapping: Mapping,
): Pick<FileDescription, 'isField' | 'required'> {
  if (kind !== 'orders') {
    return { isField: (name) => isElementField(kind, name), required: [neededColumn[kind]] };
  }
  const withAmounts = mapping.columns['line_amount'] !== undefined;
  return {
    isField: (name) => (lineFields as readonly string[]).includes(name),
    required: requiredLineFields.filter((field) => field !== 'unit_price' || !withAmounts),
  };
}

const mostPeeked = 1_000;

/** Is an order a row, or a line? The first row shows it that has lines, or the fields of one; a spoilt one shows nothing. */
export async function peekOrders(
  rows: AsyncIterable<FileRow>,
): Promise<{ nested: boolean; all: AsyncIterable<FileRow> }> {
  const iterator = rows[Symbol.asyncIterator]();
  const peeked: FileRow[] = [];
  let nested: boolean | undefined;
  while (nested === undefined && peeked.length < mostPeeked) {
    const { done, value } = await iterator.next();
    if (done) break;
    peeked.push(value);
    nested = hasLines(value);
  }
  async function* all(): AsyncGenerator<FileRow> {
    try {
      yield* peeked;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { nested: nested ?? false, all: all() };
}

function hasLines({ fields }: FileRow): boolean | undefined {
  if (fields === undefined) return undefined;
  if (Object.hasOwn(fields, 'lines')) return true;
  return Object.hasOwn(fields, 'item_id') || Object.hasOwn(fields, 'quantity') ? false : undefined;
}
