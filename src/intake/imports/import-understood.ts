import { unnamedItem } from '../files/understanding/orders/assemble-order.ts';
import { understandFile } from '../files/understanding/understand.ts';
import { type RowKind, rowKinds, type UnderstandOptions, type Understood } from '../files/understanding/understood.ts';
import { unreadable } from '../files/unreadable.ts';
import { importFacts } from './import-facts.ts';
import type { ImportOptions, ImportProgress, ImportResult, ImportTools } from './import-types.ts';
import type { Mapping, MappingInput } from './mapping/mapping.ts';
import type { ReportedUnderstanding } from './report/report.ts';

/** How an understood file is taken in. */
export interface UnderstoodOptions extends Pick<ImportOptions, 'timeZone' | 'force' | 'onBegun' | 'mustBeFree'> {
  /** what a mapping says of rows beside where their values are */
  rules?: RowRules;
}

/** What a mapping says of rows, not of how a file is read. */
export type RowRules = Pick<Mapping, 'nobody' | 'cancellations' | 'adjustments' | 'services'>;

/** What became of the rows of one kind. */
export interface ImportedKind extends ImportResult {
  kind: RowKind;
}

/**
 * Takes all of an understood file in, an import for each kind of fact in it, in an order in which none waits for another. It ends
 * with the first that is refused.
 */
export async function importUnderstood(
  tools: ImportTools,
  understood: Understood,
  options: UnderstoodOptions,
  onProgress: (progress: ImportProgress, kind: RowKind) => void,
): Promise<ImportedKind[]> {
  const understanding = reported(understood);
  const done: ImportedKind[] = [];
  for (const kind of rowKinds) {
    if (!understood.kinds.some((one) => one.kind === kind)) continue;
    const result = await importFacts(
      tools,
      {
        ...options,
        kind,
        file: understood.file,
        rows: {
          read: () => understood.rowsOf(kind),
          understanding,
          ...(understood.withdrawn > 0 && { withdrawn: () => understood.withdrawnOrders() }),
        },
        mapping: understoodMapping(kind, understood, options.rules),
      },
      (progress) => onProgress(progress, kind),
    );
    done.push({ ...result, kind });
    if (result.status === 'refused') break;
  }
  return done;
}

/**
 * Understands a file and takes all of it in. @returns its imports, one at least
 * @throws PannierError `invalid_request` where nothing can be made of it, or none of its rows counts
 */
export async function importExport(
  tools: ImportTools,
  path: string,
  understand: UnderstandOptions,
  options: UnderstoodOptions,
  onProgress: (progress: ImportProgress) => void = () => {},
): Promise<ImportedKind[]> {
  const understood = await understandFile(path, understand, { ...tools.config, now: tools.clock() });
  try {
    if (understood.kinds.length === 0) {
      const why = understood.leftOut.slice(0, 5).map(({ reason, rows }) => `${rows} × ${reason}`);
      throw unreadable(`no row of ${understood.file} counts (${why.join('; ')})`);
    }
    return await importUnderstood(tools, understood, options, onProgress);
  } finally {
    await understood.close();
  }
}

/** Values are in the import's own form already; amounts of whole lines are read where no price is. */
export function understoodMapping(kind: RowKind, { isUnnamed }: Understood, rules?: RowRules): MappingInput {
  const { nobody, cancellations, adjustments, services: ownServices } = rules ?? {};
  const ofLines = {
    ...(cancellations && { cancellations }),
    ...(adjustments && { adjustments }),
    ...(ownServices && { services: ownServices }),
  };
  const named = nobody && { nobody };
  if (kind !== 'orders') return { ...named };
  const services = isUnnamed && { services: { item_pattern: `^${unnamedItem.id}$` } };
  return { columns: { line_amount: 'line_amount' }, ...services, ...named, ...ofLines };
}

function reported({ tables, leftOut, notes, questions }: Understood): ReportedUnderstanding {
  return {
    platform: [...new Set(tables.map(({ platform }) => platform))].join(', '),
    title: [...new Set(tables.map(({ title }) => title))].join('; '),
    left_out: leftOut.slice(0, 50),
    notes: [...notes, ...questions.map(({ text }) => text)].slice(0, 50),
  };
}
