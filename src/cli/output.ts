import { Presets, SingleBar } from 'cli-progress';

/** How a command speaks: tables and bars for people, one JSON document on stdout for machines. Notes go to stderr. */
export interface Output {
  readonly json: boolean;
  /** The command's answer. */
  result(value: unknown, forPeople: () => string): void;
  note(text: string): void;
  bar(name: string): ProgressBar;
}

export interface ProgressBar {
  update(done: number, total: number, label?: string): void;
  stop(): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(value, forPeople) {
      process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${forPeople()}\n`);
    },
    note(text) {
      if (!json) process.stderr.write(`${text}\n`);
    },
    bar: (name) => (!json && process.stderr.isTTY ? drawnBar(name) : writtenBar(name, json)),
  };
}

function drawnBar(name: string): ProgressBar {
  const bar = new SingleBar(
    {
      format: `${name} [{bar}] {percentage} % · {label} · {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: false,
      stream: process.stderr,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total, label = '') {
      if (started) bar.setTotal(total);
      else bar.start(total, 0, { label });
      started = true;
      bar.update(done, { label });
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

/** Without a terminal: a line now and then, and none where nothing has changed. */
function writtenBar(name: string, silent: boolean): ProgressBar {
  let last = 0;
  let lastLabel = '';
  let lastLine = '';
  return {
    update(done, total, label = '') {
      const now = Date.now();
      const line = `${name} ${Math.floor((100 * done) / Math.max(1, total))} % · ${label}\n`;
      if (silent || line === lastLine || (now - last < 2_000 && label === lastLabel)) return;
      last = now;
      lastLabel = label;
      lastLine = line;
      process.stderr.write(line);
    },
    stop() {},
  };
}

/** Rows as an aligned table; numbers to the right. */
export function table(rows: Record<string, unknown>[]): string {
  if (rows.length === 0) return '(none)';
  const names = Object.keys(rows[0]!);
  const cells = rows.map((row) => names.map((name) => cell(row[name])));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]!.length)));
  const isNumber = names.map((name) => rows.every((row) => typeof row[name] === 'number' || row[name] === null));
  const line = (row: string[]) =>
    row
      .map((text, column) => (isNumber[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(names), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

/** A table under its title. */
export function section(title: string, rows: Record<string, unknown>[]): string {
  return `${title}\n${table(rows)}`;
}

/** 0.1234 as `12.3 %`. */
export function share(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)} %`;
}

/** A number to four places after the point, as accuracy is told. */
export function figure(value: number | null): string {
  if (value === null) return '–';
  return Number.isInteger(value) ? String(value) : Math.abs(value) < 10 ? value.toFixed(4) : value.toPrecision(6);
}

/** `0.1234 [0.1200, 0.1300]` */
export function withInterval({ mean, low, high }: { mean: number; low: number; high: number }): string {
  return `${figure(mean)} [${figure(low)}, ${figure(high)}]`;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toPrecision(4);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
