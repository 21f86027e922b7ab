import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe } from '@jest/globals';

/** Real data stands beside the project, not inside it; `TEST_DATA` names another folder for it, or one that is not there. */
const folder = process.env['TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

let describing = false;
/** What the suites that run now are over. */
const current: (readonly string[])[] = [];

const setOf = (file: string) => file.split('/')[0];

/**
 * Path of a real data file.
 * @throws Error in the body of a suite, which Jest runs also where the suite is skipped: files are read in hooks and tests; and
 * outside of a suite over that data, which would fail on a machine without them
 */
export function sharedData(name: string): string {
  if (describing) throw new Error(`${name} is read in the body of a suite: read it in a hook or in a test.`);
  if (!current.some((files) => files.some((file) => setOf(file) === setOf(name)))) {
    throw new Error(`${name} is read outside of a suite over it: describeWithSharedData.`);
  }
  return resolve(folder, name);
}

/** The lines of a shared text file, unzipped where its name ends in .gz; the last empty line is dropped. */
export function sharedLines(name: string): string[] {
  const raw = readFileSync(sharedData(name));
  const lines = (name.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A suite over real data files; skipped, saying which are missing, where they are not on this machine. */
export function describeWithSharedData(name: string, files: readonly string[], suite: () => void): void {
  const missing = files.filter((file) => !existsSync(resolve(folder, file)));
  const body = () => {
    beforeAll(() => {
      current.push(files);
    });
    afterAll(() => {
      current.pop();
    });
    describing = true;
    try {
      suite();
    } finally {
      describing = false;
    }
  };
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name} [skipped: not on this machine: ${missing.join(', ')}]`, body);
}
