import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe } from '@jest/globals';

const folder = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(folder);

/** Path of a real data file that stands beside the project, not inside it. */
export function sharedData(name: string): string {
  return fileURLToPath(new URL(name, folder));
}

/** The lines of a shared text file, unzipped where its name ends in .gz; the last empty line is dropped. */
export function sharedLines(name: string): string[] {
  const raw = readFileSync(sharedData(name));
  const lines = (name.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A suite over real data; skipped, saying so, where the data folder is not beside the project. */
export function describeWithSharedData(name: string, suite: () => void): void {
  if (present) describe(name, suite);
  else describe.skip(`${name} [skipped: real data is not on this machine]`, suite);
}
