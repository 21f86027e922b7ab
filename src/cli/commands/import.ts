import { Argument, type Command, Option } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { PannierError } from '../../errors.ts';
import {
  type CleaningReport,
  type FactKind,
  factKinds,
  type ImportProgress,
  pastCampaignKinds,
} from '../../intake/index.ts';
import { withStations } from '../session.ts';
import { collect, wholeNumber } from '../terminal/arguments.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { type Output, table } from '../terminal/output.ts';

/** `pannier import` and `pannier redrive` */
export function addImportCommands(program: Command, output: () => Output): void {
  program
    .command('import')
    .description(
      'read a file of orders, items, customers, events, costs, market figures or past campaigns, clean it and keep the facts',
    )
    .addArgument(new Argument('<kind>', 'facts, or what is known of campaigns run elsewhere').choices(importKinds))
    .argument('<file>', 'CSV or NDJSON, plain or gzip')
    .option('--preset <name>', 'a ready mapping, such as online-retail or complete-journey')
    .option(
      '--mapping <file>',
      'JSON: columns, delimiter, decimals, time_format and more (docs/bring-your-own-shop.md)',
    )
    .option('--map <field=column>', 'where a field comes from; repeatable', collect, [])
    .addOption(
      new Option('--format <format>', 'default: by what the file holds, and its name').choices(['csv', 'ndjson']),
    )
    .option('--force', 'keep the facts although the assessment fails')
    .action((kind: string, file: string, options) => importFile(readConfig(), output(), { ...options, kind, file }));

  program
    .command('redrive')
    .description('send quarantined rows through cleaning again')
    .option('--rule <rule>', 'only rows that this rule refused')
    .option('--import <id>', 'only rows of this import', wholeNumber)
    .action((options) => redriveQuarantine(readConfig(), output(), { rule: options.rule, importId: options.import }));
}

interface Options {
  kind: string;
  file: string;
  format?: 'csv' | 'ndjson';
  preset?: string;
  mapping?: string;
  map: string[];
  force?: boolean;
}

const mostShown = 20;

export const importKinds = [...factKinds, ...pastCampaignKinds];

export async function importFile(config: Config, output: Output, options: Options): Promise<void> {
  const request = {
    file: options.file,
    format: options.format,
    preset: options.preset,
    mappingFile: options.mapping,
    columns: readColumns(options.map),
    force: options.force,
  };
  const result = await withStations(config, async ({ stations }) => {
    const bar = output.bar(`Import of ${options.kind}`);
    const started = Date.now();
    try {
      const onProgress = ({ stage, rows, bytesRead, bytesTotal }: ImportProgress) => {
        const rate = Math.round(rows / Math.max(0.001, (Date.now() - started) / 1_000));
        bar.update(bytesRead, Math.max(1, bytesTotal), `${stage} · ${rows} rows · ${rate} rows/s`);
      };
      const history = pastCampaignKinds.find((kind) => kind === options.kind);
      return history
        ? await stations.outcomes.importPastCampaigns({ ...request, kind: history }, onProgress)
        : await stations.intake.importFile({ ...request, kind: options.kind as FactKind }, onProgress);
    } finally {
      bar.stop();
    }
  });
  output.result({ import_id: String(result.importId), status: result.status, report: result.report }, () =>
    describeReport(result.importId, result.status, result.report),
  );
  if (result.status === 'refused') process.exitCode = exitCodes.refused;
}

export async function redriveQuarantine(
  config: Config,
  output: Output,
  which: { rule?: string; importId?: number },
): Promise<void> {
  const counts = await withStations(config, ({ stations }) => stations.intake.redrive(which));
  output.result(counts, () => table([{ ...counts }]));
}

function readColumns(settings: string[]): Record<string, string> | undefined {
  if (settings.length === 0) return undefined;
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf('=');
      if (at < 1) throw new PannierError('invalid_request', `--map ${setting}: write it as field=column`);
      return [setting.slice(0, at), setting.slice(at + 1)];
    }),
  );
}

function describeUnreadable(faults: NonNullable<CleaningReport['unreadable']>): string {
  if (faults.length === 0) return '';
  const lines = faults.slice(0, mostShown).map(({ row, field, value, expected }) => {
    const cell = field === 'row' ? `row ${row}` : `row ${row}: ${field} ${JSON.stringify(value)}`;
    return expected ? `${cell}: expected ${expected}` : cell;
  });
  const more = faults.length > mostShown ? ['… GET /v1/quarantine lists every row'] : [];
  return ['Not readable, for example', ...lines, ...more].join('\n');
}

function describeServices(services: CleaningReport['not_products']): string {
  if (!services || services.items === 0) return '';
  const shown = services.most_named.slice(0, 20);
  const more = services.items > shown.length ? `\n… and ${services.items - shown.length} more` : '';
  return `No products, never recommended: ${services.items} items in ${services.rows} rows (an item's is_product overrules)\n${table(shown)}${more}`;
}

function describeRows(rows: CleaningReport['rows'], lines: CleaningReport['lines']): string {
  const sum =
    rows.refused === undefined
      ? `${rows.in} in = ${rows.facts} facts + ${rows.quarantined} quarantined + ${rows.merged} merged`
      : `${rows.in} rows were read and refused as a whole: nothing was taken in`;
  return [
    table([{ ...rows }]),
    sum,
    lines &&
      `${lines.counted} lines in the file = ${lines.header} of the header + ${lines.empty} empty + ${rows.in} rows + ${lines.within_quotes} within quotes`,
  ]
    .filter(Boolean)
    .join('\n');
}

function describeReport(importId: number, status: string, report: CleaningReport): string {
  const { rows, detected, assessment, corrected, output } = report;
  const counts = (by: Record<string, number>) =>
    table(Object.entries(by).map(([name, count]) => ({ rule: name, count })));
  return [
    `Import ${importId} ${status}`,
    describeRows(rows, report.lines),
    `Detected (rows)\n${counts(detected)}`,
    (report.warnings ?? []).map(({ message }) => `Warning: ${message}`).join('\n'),
    describeUnreadable(report.unreadable ?? []),
    describeServices(report.not_products),
    `Assessed (0 to 1)\n${table([{ ...assessment, passed: assessment.passed ? 'yes' : 'no' }])}`,
    `Corrected (cells)\n${counts(corrected)}`,
    `Output\n${counts(output)}`,
    report.data_until ? `The data ends at ${report.data_until}: train with --as-of ${report.data_until}` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}
