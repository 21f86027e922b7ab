import { createInterface } from 'node:readline/promises';
import type { Config } from '../../../config.ts';
import { PannierError } from '../../../errors.ts';
import type { ImportedKind, ImportProgress, RowKind, Understanding, UnderstandOptions } from '../../../intake/index.ts';
import { type Session, withStations } from '../../session.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { type Output, table } from '../../terminal/output.ts';
import { describeReport } from './import-report.ts';

export interface ExportOptions {
  yes?: boolean;
  dryRun?: boolean;
  platform?: string;
  kind?: RowKind;
  timeZone?: string;
  currency?: string;
  dateOrder?: 'dmy' | 'mdy';
  decimals?: 'point' | 'comma';
  force?: boolean;
}

/** Understands an export, shows what was understood, and takes it in once that is agreed to. */
export async function importExport(
  config: Config,
  output: Output,
  options: ExportOptions & { file: string },
): Promise<void> {
  const { file, dryRun = false } = options;
  await withStations(config, async ({ stations }) => {
    const { intake } = stations;
    output.note(`Reading ${file} …`);
    const understood = await intake.understand(file, understandOptions(options));
    try {
      const { rowsOf: _, withdrawnOrders: __, close: ___, ...understanding } = understood;
      if (dryRun) {
        output.result({ status: 'dry-run', understanding: shown(understanding), imports: [] }, () =>
          describe(understanding),
        );
        return;
      }
      output.note(describe(understanding));
      if (understanding.kinds.length === 0) throw new PannierError('invalid_request', `${file}: no row of it counts`);
      if (!options.yes && !(await agrees(understanding))) {
        output.result(
          { status: 'left', understanding: shown(understanding), imports: [] },
          () => 'Nothing was stored.',
        );
        return;
      }
      const imports = await take(intake, understood, options, output);
      answer(output, understanding, imports);
    } finally {
      await understood.close();
    }
  });
}

function understandOptions({ platform, kind, currency, dateOrder, decimals }: ExportOptions): UnderstandOptions {
  return { platform, kind, currency: currency?.toUpperCase(), dateOrder, decimals };
}

async function take(
  intake: Session['stations']['intake'],
  understood: Awaited<ReturnType<Session['stations']['intake']['understand']>>,
  { timeZone, force }: ExportOptions,
  output: Output,
): Promise<ImportedKind[]> {
  const bar = output.bar(`Import of ${understood.file}`);
  const started = Date.now();
  const all = understood.kinds.reduce((sum, { rows }) => sum + rows, 0);
  let [before, current]: [number, RowKind | undefined] = [0, undefined];
  try {
    return await intake.importUnderstood(understood, { timeZone, force }, ({ stage, rows }: ImportProgress, kind) => {
      if (current !== undefined && kind !== current)
        before += understood.kinds.find((one) => one.kind === current)!.rows;
      current = kind;
      const rate = Math.round(rows / Math.max(0.001, (Date.now() - started) / 1_000));
      bar.update(Math.min(all, before + rows), Math.max(1, all), `${kind} · ${stage} · ${rows} rows · ${rate} rows/s`);
    });
  } finally {
    bar.stop();
  }
}

function answer(output: Output, understanding: Understanding, imports: readonly ImportedKind[]): void {
  const status = imports.some((one) => one.status === 'refused') ? 'refused' : 'finished';
  const listed = imports.map(({ importId, kind, status: ended, report }) => ({
    import_id: String(importId),
    kind,
    status: ended,
    report,
  }));
  output.result({ status, understanding: shown(understanding), imports: listed }, () =>
    imports
      .map(({ importId, kind, status: ended, report }) => `${kind}\n${describeReport(importId, ended, report)}`)
      .join('\n\n'),
  );
  if (status === 'refused') process.exitCode = exitCodes.refused;
}

/** Asks whoever sits there; without anybody, `--yes` has to say so. */
async function agrees({ questions }: Understanding): Promise<boolean> {
  if (!process.stdin.isTTY) {
    const open =
      questions.length > 0
        ? ` The file leaves open: ${questions.map(({ text, option }) => `${text} (${option})`).join('; ')}.`
        : '';
    throw new PannierError(
      'invalid_request',
      `Nothing was stored: say --yes to store what is shown above, or --dry-run to look only.${open}`,
    );
  }
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await asked.question('Store this? [y/N] ');
    return /^(y|yes)$/i.test(said.trim());
  } finally {
    asked.close();
  }
}

function shown({ first, questions, leftOut, passedOver, isUnnamed: _, withdrawn: __, ...rest }: Understanding): object {
  return {
    ...rest,
    tables: rest.tables.map(({ isGuessed, ...one }) => ({ ...one, is_guessed: isGuessed })),
    left_out: leftOut,
    passed_over: passedOver,
    questions,
    first: first.map(({ kind, row }) => ({ kind, row: row.number, facts: row.fields ?? null })),
  };
}

function describe({
  file,
  packing,
  tables,
  kinds,
  leftOut,
  notes,
  questions,
  passedOver,
  first,
}: Understanding): string {
  const parts = tables.map((one) => {
    const text = [
      one.encoding,
      one.delimiter && `cells parted by ${one.delimiter === '\t' ? 'tab' : one.delimiter}`,
      one.titles > 0 && `${one.titles} lines of title`,
    ].filter(Boolean);
    const read = one.columns.filter(({ field }) => field !== null);
    const unread = one.columns.filter(({ field }) => field === null).map(({ column }) => column);
    return [
      `${one.name}: ${one.title} (${one.platform}), ${one.rows} rows of ${one.format}${text.length > 0 ? `, ${text.join(', ')}` : ''}`,
      table(read.map(({ column, field, form = '' }) => ({ column, 'read as': field, written: form }))),
      unread.length > 0 ? `Not read: ${unread.slice(0, 40).join(', ')}${unread.length > 40 ? ' …' : ''}` : '',
    ];
  });
  const lines = [
    `${file}${packing.length > 0 ? ` (${packing.join(', ')})` : ''}`,
    ...parts.flat(),
    `Rows that count: ${kinds.map(({ kind, rows }) => `${rows} of ${kind}`).join(', ') || 'none'}`,
    leftOut.length > 0 ? `Rows that do not\n${table(leftOut.slice(0, 20))}` : '',
    ...notes.map((note) => `Note: ${note}`),
    ...questions.map(({ text, option }) => `Not plain: ${text}. Say ${option}`),
    passedOver.length > 0 ? `Passed over: ${passedOver.slice(0, 10).join(', ')}` : '',
    ...describeFirst(first),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

const widest = 28;

function describeFirst(first: Understanding['first']): string[] {
  const kinds = [...new Set(first.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const rows = first.filter((one) => one.kind === kind).map(({ row }) => row.fields ?? {});
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, 9);
    const cells = rows.map((row) => Object.fromEntries(names.map((name) => [name, cut(row[name])])));
    return `First rows of ${kind}\n${table(cells)}`;
  });
}

function cut(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}
