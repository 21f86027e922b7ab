import { Presets, SingleBar } from 'cli-progress';
import { inFigures } from '../../formats/figures.ts';

/** How a command speaks: tables and bars for people, one JSON document on stdout for machines. Notes go to stderr. */
export interface Output {
  readonly json: boolean;
  /** The command's answer. */
  result(value: unknown, forPeople: () => string): void;
  note(text: string): void;
  bar(name: string): ProgressBar;
}

export interface ProgressBar {
  /** @param step how much of `total` the step under way is, where nobody says how far it is itself */
  update(done: number, total: number, label?: string, step?: number): void;
  stop(): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    result(value, forPeople) {
      process.stdout.write(json ? `${JSON.stringify(inFigures(value), null, 2)}\n` : `${forPeople()}\n`);
    },
    note(text) {
      if (!json) process.stderr.write(`${text}\n`);
    },
    bar: (name) =>
      !json && process.stderr.isTTY
        ? drawnBar(name)
        : writtenBar(name, json ? () => {} : (line) => process.stderr.write(line)),
  };
}

const redrawMs = 250;

/** What a bar shows: it begins at 0 %, never goes back, and says how long the rest takes once that can be known. */
export function createBarState(now: () => number) {
  const started = now();
  let fraction = 0;
  let stepEnd = 0;
  let stepStarted = started;
  return {
    /** @param step how much of the whole the step that has begun is; none: `done` alone says how far it is */
    update(done: number, total: number, step = 0): void {
      const reached = total > 0 ? Math.min(1, done / total) : 0;
      if (reached > fraction || step === 0) stepStarted = now();
      fraction = Math.max(fraction, reached);
      stepEnd = total > 0 ? Math.min(1, (done + step) / total) : 0;
    },
    /** Within a step nobody says how far it is: the bar nears its end by half of the rest every so often, and never passes it. */
    shown(): number {
      if (stepEnd <= fraction) return fraction;
      const halves = (now() - stepStarted) / 20_000;
      return fraction + 0.95 * (stepEnd - fraction) * (1 - 0.5 ** halves);
    },
    left(): string {
      const seconds = (now() - started) / 1_000;
      const part = this.shown();
      if (part < 0.02 || part >= 1 || seconds < 2) return '';
      return ` · about ${Math.ceil((seconds * (1 - part)) / part)} s left`;
    },
  };
}

function drawnBar(name: string): ProgressBar {
  const bar = new SingleBar(
    {
      format: `${name} [{bar}] {percentage} %{label}`,
      hideCursor: true,
      clearOnComplete: false,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const state = createBarState(Date.now);
  let said = '';
  const draw = () =>
    bar.update(Math.floor(1_000 * state.shown()), { label: `${said}${/ left$/.test(said) ? '' : state.left()}` });
  bar.start(1_000, 0, { label: '' });
  const redraw = setInterval(draw, redrawMs);
  redraw.unref();
  return {
    update(done, total, label = '', step = 0) {
      state.update(done, total, step);
      said = label && ` · ${label}`;
      draw();
    },
    stop() {
      clearInterval(redraw);
      bar.stop();
    },
  };
}

/** Without a terminal: a line now and then, and none that was written before at the same percentage. */
export function writtenBar(name: string, writeLine: (line: string) => void): ProgressBar {
  const state = createBarState(Date.now);
  let last = 0;
  let lastLabel = '';
  let percentage = -1;
  const said = new Set<string>();
  const write = (label: string) => {
    const now = Date.now();
    const reached = Math.floor(100 * state.shown());
    if (reached !== percentage) said.clear();
    percentage = reached;
    if (said.has(label) || (now - last < 2_000 && label === lastLabel)) return;
    last = now;
    lastLabel = label;
    said.add(label);
    writeLine(`${name} ${reached} %${label && ` · ${label}`}\n`);
  };
  write('');
  return {
    update(done, total, label = '', step = 0) {
      state.update(done, total, step);
      write(label);
    },
    stop() {},
  };
}

/** Rows as an aligned table; numbers to the right. */
export function table(rows: Record<string, unknown>[]): string {
  if (rows.length === 0) return '(none)';
  const names = Object.keys(rows[0]);
  const cells = rows.map((row) => names.map((name) => cell(row[name])));
  const widths = names.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column].length)));
  const isNumber = names.map((name) => rows.every((row) => typeof row[name] === 'number' || row[name] === null));
  const line = (row: string[]) =>
    row
      .map((text, column) => (isNumber[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])))
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

/** A number to four places after the point, as accuracy is shown. */
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
