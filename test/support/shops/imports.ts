import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportOptions } from '../../../src/intake/imports/import-types.ts';
import type { Imports } from '../../../src/intake/imports/imports.ts';
import { createTestIntake, type TestIntake } from './intake.ts';

export interface TestImports extends TestIntake {
  imports: Imports;
  /** It is `testNow` until told otherwise. */
  setNow(now: Date): void;
  /** Writes a file and imports it. */
  take(content: string | Buffer, options?: Partial<ImportOptions>): ReturnType<Imports['importFile']>;
  write(content: string | Buffer): Promise<string>;
}

/** Imports on a database of their own, in the zone Europe/Berlin and in euros. */
export async function createTestImports(now: Date): Promise<TestImports> {
  const intake = await createTestIntake(undefined, () => clock);
  const folder = await mkdtemp(join(tmpdir(), 'pannier-imports-'));
  let clock = now;
  let files = 0;
  async function write(content: string | Buffer): Promise<string> {
    const file = join(folder, `file-${++files}`);
    await writeFile(file, content);
    return file;
  }
  return {
    ...intake,
    imports: intake.recording,
    setNow(next) {
      clock = next;
    },
    write,
    take: async (content, options) =>
      intake.recording.importFile({ kind: 'orders', ...options, file: await write(content) }),
    async clear() {
      await intake.clear();
      clock = now;
    },
    async drop() {
      await intake.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
