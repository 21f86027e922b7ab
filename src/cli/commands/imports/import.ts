import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../../../config.ts';
import { PannierError } from '../../../errors.ts';
import {
  type FactKind,
  factKinds,
  hasOwnColumns,
  type ImportProgress,
  type MappedImport,
  pastCampaignKinds,
  platforms,
} from '../../../intake/index.ts';
import { withStations } from '../../session.ts';
import { summaries } from '../../summaries.ts';
import { collect, wholeNumber } from '../../terminal/arguments.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { type Output, table } from '../../terminal/output.ts';
import { type ExportOptions, importExport } from './import-export.ts';
import { describeReport } from './import-report.ts';

/** `pannier import` and `pannier redrive` */
export function addImportCommands(program: Command, output: () => Output): void {
  program
    .command('import')
    .usage('[kind] <file> [options]')
    .description(summaries.import)
    .argument('<file>', 'an export as it is, or a folder or archive of them')
    .argument(
      '[columns]',
      `after a kind (${importKinds.join(', ')}) the file: import orders FILE, where columns have our names or are mapped`,
    )
    .option('--yes', 'go on without asking')
    .option('--dry-run', 'show what was understood and store nothing')
    .addOption(new Option('--platform <name>', 'default: found by its columns').choices([...platforms, 'generic']))
    .addOption(new Option('--kind <kind>', 'only these facts of it').choices(understoodKinds))
    .option('--time-zone <zone>', "IANA zone of times without one; default: the shop's")
    .option('--currency <code>', 'what all amounts are in; default: as the file tells')
    .addOption(new Option('--date-order <order>', 'which part of 01/02/2026 is the day').choices(['dmy', 'mdy']))
    .addOption(
      new Option('--decimals <sign>', 'what parts decimals where that is not plain').choices(['point', 'comma']),
    )
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
    .action((first: string, second: string | undefined, options) => importAny(output(), first, second, options));

  program
    .command('redrive')
    .description(summaries.redrive)
    .option('--rule <rule>', 'only rows that this rule refused')
    .option('--import <id>', 'only rows of this import', wholeNumber)
    .action((options) => redriveQuarantine(readConfig(), output(), { rule: options.rule, importId: options.import }));
}

type AllOptions = Omit<Options, 'kind' | 'file'> & ExportOptions;

const understoodKinds = ['orders', 'refunds', 'items', 'customers', 'events'] as const;

interface Options {
  kind: string;
  file: string;
  format?: 'csv' | 'ndjson';
  preset?: string;
  mapping?: string;
  map: string[];
  force?: boolean;
  timeZone?: string;
}

export const importKinds = [...factKinds, ...pastCampaignKinds];

/** One argument is a file to be understood; two are a kind and its file. */
async function importAny(
  output: Output,
  first: string,
  second: string | undefined,
  options: AllOptions,
): Promise<void> {
  if (second === undefined) {
    if (options.map.length > 0 || options.mapping || options.preset) {
      throw new PannierError('invalid_request', `Name the kind where columns are mapped: import orders ${first} …`);
    }
    return importExport(readConfig(), output, { ...options, file: first });
  }
  if (!importKinds.includes(first as (typeof importKinds)[number])) {
    throw new PannierError('invalid_request', `${first} is no kind of file: it is one of ${importKinds.join(', ')}`);
  }
  const isMapped = options.map.length > 0 || options.mapping || options.preset || options.format;
  const kind = understoodKinds.find((one) => one === first);
  if (kind === undefined || isMapped || (await hasOwnColumns(second, kind))) {
    return importFile(readConfig(), output, { ...options, kind: first, file: second });
  }
  return importExport(readConfig(), output, { ...options, kind, file: second });
}

export async function importFile(config: Config, output: Output, options: Options): Promise<void> {
  const request = {
    file: options.file,
    format: options.format,
    preset: options.preset,
    mappingFile: options.mapping,
    columns: readColumns(options.map),
    force: options.force,
    timeZone: options.timeZone,
  };
  const result: MappedImport = await withStations(config, async ({ stations }) => {
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
  const { further = [] } = result;
  const shown = {
    import_id: String(result.importId),
    status: result.status,
    report: result.report,
    ...(further.length > 0 && {
      further: further.map(({ importId, kind, status, report }) => ({
        import_id: String(importId),
        kind,
        status,
        report,
      })),
    }),
  };
  output.result(shown, () =>
    [
      describeReport(result.importId, result.status, result.report),
      ...further.map(({ importId, kind, status, report }) => `${kind}\n${describeReport(importId, status, report)}`),
    ].join('\n\n'),
  );
  if ([result, ...further].some(({ status }) => status === 'refused')) process.exitCode = exitCodes.refused;
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
