import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { projectPath } from '../../../src/project.ts';

/** A project of its own: the compiled module, and a contract that says who has written it. */
let folder: string;
const contract = (version: string) => `openapi: 3.1.0\ninfo: { title: Small, version: '${version}' }\n`;
const run = (code: string): string =>
  execFileSync(
    process.execPath,
    ['--input-type=module', '-e', `import * as it from './dist/src/openapi.js'; ${code}`],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
const readVersion = () => run('process.stdout.write(it.readOpenApi().info.version)');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-openapi-'));
  await mkdir(join(folder, 'dist', 'src'), { recursive: true });
  for (const name of ['openapi.js', 'project.js']) {
    await cp(projectPath('dist', 'src', name), join(folder, 'dist', 'src', name));
  }
  await cp(projectPath('package.json'), join(folder, 'package.json'));
  await symlink(projectPath('node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'openapi.yaml'), contract('1'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what the build keeps is what the contract says', async () => {
  const kept = JSON.parse(await readFile(projectPath('dist', 'openapi.json'), 'utf8'));
  expect(kept.document).toEqual(parse(await readFile(projectPath('openapi.yaml'), 'utf8')));
});

test('what the build has kept is read, and what was changed since is read anew', async () => {
  expect(readVersion()).toBe('1');
  run('it.keepParsedOpenApi()');
  const path = join(folder, 'dist', 'openapi.json');
  await writeFile(path, (await readFile(path, 'utf8')).replace('"version":"1"', '"version":"kept"'));
  expect(readVersion()).toBe('kept');
  await writeFile(join(folder, 'openapi.yaml'), contract('2'));
  expect(readVersion()).toBe('2');
  await writeFile(path, '{"digest":');
  expect(readVersion()).toBe('2');
});
