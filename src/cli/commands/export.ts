import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { invalidField } from '../../errors.ts';
import { exportFacts, type LakeKind, lakeKinds } from '../../intake/index.ts';
import { exportFactors } from '../exports/factors.ts';
import { type RowFormat, type RowSource, rowFormats, writeRows } from '../exports/files/rows.ts';
import { listsOf } from '../exports/lists.ts';
import { exportNeighbours } from '../exports/neighbours.ts';
import { rulesOf } from '../exports/rules.ts';
import { segmentsOf } from '../exports/segments.ts';
import { valuesOf } from '../exports/values.ts';
import { type Session, withServing, withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { localDay, wholeNumber } from '../terminal/arguments.ts';
import { type Output, table } from '../terminal/output.ts';

/** `pannier export …` */
export function addExportCommands(program: Command, output: () => Output): void {
  const ofVersion = () => new Option('--of-version <number>', 'default: the published one').argParser(wholeNumber);
  const exporting = program.command('export').description(summaries.export);
  exporting
    .command('facts')
    .description('facts as Parquet by local day, for lakes; only days of which something has changed are written')
    .argument('<folder>', 'made where it is missing: `<kind>/day=<day>/facts.parquet`')
    .option('--from <day>', 'first local day; default: the first with a fact', localDay)
    .option('--to <day>', 'last local day; default: the last with a fact', localDay)
    .addOption(new Option('--kinds <kinds...>', 'default: all').choices(lakeKinds))
    .action((folder, options) => exportLake(readConfig(), output(), folder, options));
  for (const what of Object.keys(rowExports) as (keyof typeof rowExports)[]) {
    const command = exporting
      .command(what)
      .description(rowExports[what])
      .addOption(new Option('--format <format>', 'default: csv, with --json json').choices(rowFormats))
      .option('--output <file>', 'default: stdout');
    if (what === 'rules') command.option('--context <context>', 'of what orders the rules were learnt; default: all');
    else command.addOption(ofVersion());
    command.action(({ format = program.opts()['json'] ? 'json' : 'csv', ...options }) =>
      exportRows(readConfig(), output(), what, { format, ...options }),
    );
  }
  for (const what of Object.keys(arrayExports) as (keyof typeof arrayExports)[]) {
    const command = exporting
      .command(what)
      .description(`${arrayExports[what]}: .npy files, beside them the ids of the rows as JSON`)
      .requiredOption('--output <folder>', 'made where it is missing')
      .action((options) => exportArrays(readConfig(), output(), what, options));
    if (what === 'neighbours') command.addOption(ofVersion());
  }
}

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
async function exportRows(
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

/** Writes facts into a folder of days. @throws PannierError `invalid_request` where the days end before they begin */
async function exportLake(
  config: Config,
  output: Output,
  folder: string,
  { kinds = lakeKinds, from, to }: { kinds?: readonly LakeKind[]; from?: string; to?: string },
): Promise<void> {
  if (from !== undefined && to !== undefined && to < from) throw invalidField('--to', `${to} is before ${from}`);
  const bar = output.bar('Facts');
  try {
    const exported = await withStations(config, ({ database, config: { minorDigits, timeZone } }) =>
      exportFacts(database.for('work'), folder, {
        kinds,
        minorDigits,
        timeZone,
        ...(from && { from }),
        ...(to && { to }),
        onProgress: (done, total, day) => bar.update(done, total, day),
      }),
    );
    output.result(
      { exported: 'facts', folder, kinds: exported },
      () => `In ${folder}\n${table(exported.map((each) => ({ ...each })))}`,
    );
  } finally {
    bar.stop();
  }
}

/** Writes arrays into a folder. */
async function exportArrays(
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
