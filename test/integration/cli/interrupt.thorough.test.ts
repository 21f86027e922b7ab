import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { projectPath } from '../../../src/project.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, readNumber, testNow } from '../../support/shops/intake.ts';

const cli = projectPath('dist/service/cli.js');

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const settings = () => ({
  ...process.env,
  DATABASE_URL: shop.connectionString,
  PANNIER_SCHEMA: 'pannier',
  PANNIER_LOG_LEVEL: 'silent',
});

const file = (rows: number) =>
  shop.write(
    `order_id,item_id,quantity,occurred_at,unit_price,customer_id\n${Array.from(
      { length: rows },
      (_, row) => `O${row},I${row % 500},1,2026-03-01 10:00:00,1.00,C${row % 3_000}\n`,
    ).join('')}`,
  );

/** Imports a file and sends a signal when `when` is fulfilled by what the command has said so far. */
async function importAndSignal(path: string, signal: NodeJS.Signals, when: (said: string) => Promise<unknown> | false) {
  const child = spawn(process.execPath, [cli, 'import', 'orders', path], { env: settings() });
  let said = '';
  let told = '';
  let asked = false;
  child.stdout.on('data', (chunk) => (told += chunk));
  child.stderr.on('data', (chunk) => {
    said += chunk;
    const due = !asked && when(said);
    if (!due) return;
    asked = true;
    void due.then(() => child.kill(signal));
  });
  const [code] = await once(child, 'close');
  return { code, told, orders: await readNumber(shop.database, 'select count(*) from orders') };
}

describe('an import that is told to stop', () => {
  test.each([
    ['SIGINT', 130, 'prepare'],
    ['SIGINT', 130, 'correct'],
    ['SIGTERM', 143, 'correct'],
  ] as const)(
    'by %s ends with %i in the stage %s, and leaves nothing',
    async (signal, code, stage) => {
      const ended = await importAndSignal(
        await file(15_000),
        signal,
        (said) => said.includes(`${stage} ·`) && delay(0),
      );
      expect(ended).toEqual({ code, told: '', orders: 0 });
      expect(await readColumn(shop.database, 'select status from imports order by import_id desc limit 1')).toEqual([
        'failed',
      ]);
    },
    60_000,
  );

  test('is broken off, or finished: never both, whenever the signal comes', async () => {
    const rows = 5_000;
    const seen = new Set<number>();
    // Each signal comes between the last that broke the import off and the first that found it finished: about the commit.
    let [before, after] = [0, 140];
    for (let round = 0; round < 8; round++) {
      const wait = [before, after][round] ?? (before + after) / 2;
      await shop.clear();
      const { code, told, orders } = await importAndSignal(
        await file(rows),
        'SIGINT',
        (said) => said.includes('output ·') && delay(wait),
      );
      seen.add(code);
      if (code === 0) after = Math.min(after, wait);
      else before = Math.max(before, wait);
      const [status] = await readColumn(shop.database, 'select status from imports order by import_id desc limit 1');
      expect({ code, told: told.includes('finished'), orders, status }).toEqual(
        code === 0
          ? { code: 0, told: true, orders: rows, status: 'finished' }
          : { code: 130, told: false, orders: 0, status: 'failed' },
      );
    }
    expect(seen).not.toContain(1);
  }, 240_000);
});

test('an end that does not come is made after a while, and says what it waited for', async () => {
  const script = `
    const { onInterrupt } = await import(${JSON.stringify(pathToFileURL(projectPath('dist/src/cli/terminal/interrupt.js')).href)});
    setInterval(() => {}, 1_000);
    const hang = (begin) => {
      begin('the first');
      begin('the second');
      return new Promise(() => {});
    };
    onInterrupt(hang, { exitCode: 0, mostMs: 300 });
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  try {
    await once(child.stdout, 'data');
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await Promise.race([closed, delay(10_000, 'it did not end')])).toEqual([1, null]);
    expect(said).toBe('Ended before it had stopped: it still waited for the second.\n');
  } finally {
    child.kill('SIGKILL');
  }
}, 30_000);

test.each(['--help', 'import --help', 'coupons report --help', 'keys list', '--json models', '--version'])(
  'pannier %s ends quietly when nobody reads on',
  async (line) => {
    const run = promisify(execFile)(
      'bash',
      ['-c', `"${process.execPath}" "${cli}" ${line} | true; echo "\${PIPESTATUS[0]}"`],
      {
        env: settings(),
      },
    );
    expect(await run).toMatchObject({ stdout: '0\n', stderr: '' });
  },
  30_000,
);
