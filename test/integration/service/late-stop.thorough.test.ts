import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';

let folder: string;
let child: ChildProcess | undefined;
let postmaster = 0;
afterAll(async () => {
  child?.kill('SIGKILL');
  if (postmaster) process.kill(postmaster, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('a service whose Postgres neither works nor ends says so, and ends before it would be killed', async () => {
  folder = await makeScratchFolder('late-stop');
  child = spawn(process.execPath, [projectPath('dist/service/cli.js'), 'serve'], {
    env: { ...process.env, DATABASE_URL: '', PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off', PANNIER_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const listens = new Promise((resolve) => {
    child!.stderr!.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Listening on')) resolve(undefined);
    });
  });
  await listens;
  postmaster = Number((await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(postmaster, 'SIGSTOP');
  const started = performance.now();
  const ended = once(child, 'close');
  child.kill('SIGTERM');
  expect(await ended).toEqual([1, null]);
  expect((performance.now() - started) / 1_000).toBeLessThan(30);
  expect(said).toMatch(/"step":"the database".*"msg":"ended before everything had stopped"/);
}, 120_000);
