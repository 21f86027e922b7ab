import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { copyFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectPath } from '../../src/project.ts';
import { generateSampleShop } from '../../src/sample-shop/index.ts';
import { type Block, type Document, readDocuments } from '../support/service/documents.ts';
import { freePort } from '../support/service/free-port.ts';
import { makeScratchFolder } from '../support/service/scratch-folder.ts';

/**
 * Every block of `sh` in the documents is run, in their order, in a folder that looks like the project's: those of one document in one
 * shell, beside one small demo. A block that cannot be run says why.
 */
const documents = readDocuments();
const isRun = ({ language, notRun }: Block) => language === 'sh' && notRun === undefined;
const withCommands = documents.filter(({ blocks }) => blocks.some(isRun));

let folder: string;
let demo: ChildProcess;
let demoUrl: string;
let demoKey: string;
const counts = new Map<string, number>();

/** Nothing of this machine's settings, and no night in the middle of it. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PANNIER_|DATABASE_URL|NODE_OPTIONS)/.test(name));
  return { ...Object.fromEntries(own), PANNIER_NIGHT: 'off', PANNIER_LOG_LEVEL: 'error', ...settings };
}

beforeAll(async () => {
  folder = await makeScratchFolder('docs');
  for (const name of ['dist', 'docs', 'node_modules', 'models', 'migrations', 'openapi.yaml', 'build.mjs'])
    await symlink(projectPath(name), join(folder, name));
  await copyFile(projectPath('package.json'), join(folder, 'package.json'));
  const env = environment({ PANNIER_PORT: String(await freePort()) });
  // The demo is the documents' own command, with fewer customers.
  demo = spawn('npm', ['run', '--silent', 'demo', '--', '--json', '--customers', '300'], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  for await (const chunk of demo.stdout!) {
    told += chunk;
    if (told.includes('}')) break;
  }
  ({ url: demoUrl, key: demoKey } = JSON.parse(told));
  expect(demoKey).toMatch(/^sk_/);
});

afterAll(async () => {
  await endGroup(demo);
  await rm(folder, { recursive: true, force: true });
  const reasons = documents.flatMap(({ blocks }) =>
    blocks.filter(({ language, notRun }) => language === 'sh' && notRun),
  );
  const run = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const lines = [
    `Documents: ${run} commands run in ${counts.size} documents; ${reasons.length} blocks cannot be run here:`,
    ...reasons.map(({ document, line, notRun }) => `  ${document}:${line}: ${notRun}`),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
});

/** Tells all that it has started to end, and waits for it. */
async function endGroup(child: ChildProcess): Promise<void> {
  const isThere = () => {
    try {
      return process.kill(-child.pid!, 0);
    } catch {
      return false;
    }
  };
  for (let waited = 0; isThere(); waited++) {
    if (waited === 0) process.kill(-child.pid!, 'SIGTERM');
    if (waited === 300) process.kill(-child.pid!, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A file that a reader would bring. */
async function bring(name: string, before: readonly Block[]): Promise<void> {
  const shown = before.filter(({ language }) => language === 'json').at(-1)?.text;
  if (name.endsWith('.json')) return writeFile(join(folder, name), shown!);
  const shop = generateSampleShop({
    seed: 3,
    customers: 200,
    items: 60,
    days: 150,
    end: new Date('2011-09-01T00:00:00Z'),
  });
  const titles = new Map(shop.items.map(({ item_id, title }) => [item_id, title]));
  const lines = [...shop.orders()].flatMap(({ order_id, occurred_at, customer_id, lines }) =>
    lines.map((line) => ({ ...line, order_id, occurred_at, customer_id, title: `"${titles.get(line.item_id)}"` })),
  );
  if (name === 'orders.csv.gz') {
    const rows = lines.map((line) =>
      [
        line.order_id,
        line.item_id,
        line.title,
        line.quantity,
        line.unit_price,
        line.occurred_at,
        line.customer_id,
      ].join(),
    );
    const head = 'InvoiceNo,StockCode,Description,Quantity,UnitPrice,InvoiceDate,CustomerID';
    return writeFile(join(folder, name), gzipSync([head, ...rows, ''].join('\n')));
  }
  if (name === 'bestellungen.csv' || name === 'export.csv') {
    const rows = ['B1;I0001;2;01.08.2011 10:00;3,50', 'B2;I0002;1;02.08.2011 11:30;12,00'];
    return writeFile(join(folder, name), ['Bestellung;Artikel;Menge;Datum;Preis', ...rows, ''].join('\n'));
  }
  throw new Error(`${name} is not a file that these tests can make`);
}

const separator = '\u001e';

/** One shell for a document: its npm is quicker than npm where it only passes a command on, and counts no time for it. */
function scriptOf({ blocks }: Document, ownUrl: string): string {
  const head = `
set -euo pipefail
npm() { if [[ "$*" == run\\ *pannier\\ --\\ * ]]; then while [ "$1" != -- ]; do shift; done; shift; node dist/service/cli.js "$@"; else command npm "$@"; fi; }
waitFor() { for _ in $(seq 300); do if curl -sf "$1/livez" > /dev/null; then return; fi; sleep 0.2; done; cat serves.log; exit 1; }
commands=0`;
  const parts = blocks.filter(isRun).map((block) => {
    const text = block.text.replaceAll('http://127.0.0.1:8080', ownUrl);
    const start = `printf '${separator}${block.line}\\n'`;
    if (block.serves)
      return `${start}\nexport URL=${ownUrl}\n{ ${text}\n} > serves.log 2>&1 &\nwaitFor ${ownUrl}\n: $((commands++))`;
    return `${start}\ntrap ': $((commands++))' DEBUG\n${text}\ntrap - DEBUG\n: $((commands--))`;
  });
  return [head, ...parts, `printf '${separator}end\\n%s' "$commands"`].join('\n');
}

/** What was printed by each block, by its line, and how many commands there were. */
async function run(document: Document): Promise<{ printed: Map<string, string>; commands: number }> {
  const port = await freePort();
  const env = environment({ PANNIER_PORT: String(port), URL: demoUrl, KEY: demoKey });
  const script = scriptOf(document, `http://127.0.0.1:${port}`);
  const shell = spawn('bash', ['-c', script], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, errors]: [string[], string[]] = [[], []];
  shell.stdout.on('data', (chunk) => out.push(String(chunk)));
  shell.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const [code] = await once(shell, 'exit');
  await endGroup(shell);
  const text = out.join('');
  const [, ...parts] = text.split(separator);
  if (code !== 0) {
    const at = parts.at(-1)?.split('\n')[0];
    throw new Error(
      `${document.path}: the block in line ${at} ended with ${code}:\n${parts.at(-1)}\n${errors.join('')}`,
    );
  }
  const printed = new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]));
  return { printed, commands: Number(printed.get('end')) };
}

const contract = readFileSync(projectPath('openapi.yaml'), 'utf8');

/** Names of fields that are shown after a block, but that it did not print. */
function unknownFields(shown: Block, printed: string): string[] {
  const names = [...shown.text.matchAll(/"(\w+)":/g)].map(([, name]) => name);
  const missing = names.filter((name) => !printed.includes(`"${name}":`));
  // Whom the draw of a database keeps as control gets no coupon: then what is shown of one must be in the contract.
  const isOther = shown.text.includes('"action":"coupon"') && !printed.includes('"action":"coupon"');
  return isOther ? missing.filter((name) => !new RegExp(`\\b${name}:`).test(contract)) : missing;
}

test.each(withCommands.map((document) => [document.path, document] as const))(
  'the commands of %s run',
  async (path, document) => {
    for (const [index, block] of document.blocks.entries())
      for (const name of block.needs) if (name !== 'demo') await bring(name, document.blocks.slice(0, index));
    const { printed, commands } = await run(document);
    counts.set(path, commands);
    expect(commands).toBeGreaterThanOrEqual(document.blocks.filter(isRun).length);
    for (const [index, block] of document.blocks.entries()) {
      const shown = document.blocks[index + 1];
      if (!isRun(block) || block.serves || !shown) continue;
      const text = printed.get(String(block.line))!;
      const where = `${path}:${shown.line}`;
      if (shown.language === 'json' && text.includes('{'))
        expect([where, unknownFields(shown, text)]).toEqual([where, []]);
      // Of a table its head.
      const missing = shown.text
        .split('\n')[0]
        .split(/\s+/)
        .filter((word) => !text.includes(word));
      if (shown.language === 'text') expect([where, missing]).toEqual([where, []]);
    }
  },
);

test('no block of commands is of a language that nobody runs', () => {
  const others = documents
    .flatMap(({ blocks }) => blocks)
    // The page of html is served and driven by test/browser/collector.
    .filter(({ language }) => !/^(sh|json|text|mermaid|ts|html)$/.test(language));
  expect(others.map(({ document, line }) => `${document}:${line}`)).toEqual([]);
});
