import type { Config } from '../../config.ts';
import { exportFactors } from '../exports/factors.ts';
import { type RowFormat, type RowSource, writeRows } from '../exports/files/rows.ts';
import { listsOf } from '../exports/lists.ts';
import { exportNeighbours } from '../exports/neighbours.ts';
import { rulesOf } from '../exports/rules.ts';
import { segmentsOf } from '../exports/segments.ts';
import { valuesOf } from '../exports/values.ts';
import { type Session, withServing, withStations } from '../session.ts';
import { type Output, table } from '../terminal/output.ts';

export interface RowOptions {
  format: RowFormat;
  output?: string;
  /** of rules */
  context?: string;
  /** of the others; default: the published one */
  ofVersion?: number;
}

/** What comes as rows. */
export const rowExports = {
  rules: 'association rules, most confident first',
  segments: 'every customer with RFM, groups and cluster',
  values: 'every customer with expected orders and revenue',
  lists: "the night's list of every customer, an item a row",
} as const;

/** What comes as numpy arrays beside a list of ids. */
export const arrayExports = {
  neighbours: 'item neighbours and their weights',
  factors: 'iALS factors of customers and items, learnt by the published recipe',
} as const;

/** Writes rows to the file, or to stdout where none is named; then they are the whole answer. */
export async function exportRows(
  config: Config,
  output: Output,
  what: keyof typeof rowExports,
  { format, output: file, context, ofVersion }: RowOptions,
): Promise<void> {
  const open: Record<keyof typeof rowExports, (session: Session) => RowSource | Promise<RowSource>> = {
    rules: (session) => rulesOf(session, context),
    segments: (session) => segmentsOf(session, ofVersion),
    values: (session) => valuesOf(session, ofVersion),
    lists: (session) => listsOf(session, ofVersion),
  };
  const withSession = what === 'rules' ? withServing : withStations;
  const rows = await withSession(config, async (session) => writeRows(await open[what](session), format, file));
  if (file !== undefined) {
    output.result({ exported: what, format, file, rows }, () => `${rows} rows of ${what} are in ${file}.`);
  }
}

/** Writes arrays into a folder. */
export async function exportArrays(
  config: Config,
  output: Output,
  what: keyof typeof arrayExports,
  { output: folder, ofVersion }: { output: string; ofVersion?: number },
): Promise<void> {
  const written = await withStations(config, (session) =>
    what === 'factors' ? exportFactors(session, folder) : exportNeighbours(session, folder, ofVersion),
  );
  output.result(
    { exported: what, folder, ...written },
    () =>
      `Version ${written.version}, in ${folder}\n${table(Object.entries(written.files).map(([file, holds]) => ({ file, holds })))}`,
  );
}
