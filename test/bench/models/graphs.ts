import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type ItemNeighbours,
  trainItemNeighbours,
} from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import type { NeighbourRecipe } from '../../../models/collaborative-filtering/graphs/settings.ts';
import { readGoodbooks } from './goodbooks.ts';
import { startPeer } from './peers/python-peer.ts';

/**
 * ItemKNN and RP3beta on goodbooks (ratings of 4 and 5), on one thread and two, with the same bytes; with a Python that has
 * `implicit`, beside its cosine neighbours, in rounds in turn.
 *
 *     npm run bench:graphs -- goodbooks-ratings.csv.gz [--python venv/bin/python] [--rounds 5]
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const [file] = positionals;
if (!file) throw new Error('Name the file: npm run bench:graphs -- goodbooks-ratings.csv.gz');
const neighbours = 100;
const recipes: Record<string, NeighbourRecipe> = {
  ItemKNN: { method: 'item-knn', shrinkage: 0, neighbours },
  RP3beta: { method: 'rp3beta', alpha: 0.6, beta: 0.7, shrinkage: 40, neighbours },
};
const matrix = readGoodbooks(file);
console.log(
  `${matrix.rows} customers, ${matrix.columns} items, ${matrix.indices.length} positives, ${neighbours} neighbours`,
);

const bytesOf = ({ offsets, neighbours, weights }: ItemNeighbours) =>
  Buffer.concat([offsets, neighbours, weights].map((array) => Buffer.from(array.buffer)));
const times = new Map<string, { clock: number[]; cpu: number[] }>();
function keep(name: string, clock: number, cpu: number): void {
  const kept = times.get(name) ?? { clock: [], cpu: [] };
  times.set(name, kept);
  kept.clock.push(clock);
  kept.cpu.push(cpu);
}

const peer = values.python ? await startImplicit(values.python) : undefined;
for (let round = 0; round < Number(values.rounds); round++) {
  for (const threads of peer ? [1, 2] : []) {
    const [clock, cpu] = (await peer!.ask(`${threads} ${neighbours}`)).split(' ').map(Number);
    keep(`implicit, cosine, ${threads}`, clock, cpu);
  }
  for (const [name, recipe] of Object.entries(recipes)) {
    const graphs = [1, 2].map((threads) => {
      const [started, before] = [performance.now(), process.cpuUsage()];
      const graph = trainItemNeighbours(matrix, recipe, { threads });
      const { user, system } = process.cpuUsage(before);
      keep(`${name}, ${threads}`, performance.now() - started, (user + system) / 1e3);
      return bytesOf(graph);
    });
    if (!graphs[0].equals(graphs[1])) throw new Error(`${name} is not the same on two threads`);
  }
}
peer?.end();
for (const [name, { clock, cpu }] of times) {
  console.log(
    `${name.padEnd(22)} ${median(clock).toFixed(0).padStart(6)} ms, ${median(cpu).toFixed(0).padStart(6)} of the processor`,
  );
}

async function startImplicit(python: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pannier-graphs-'));
  const files = [join(folder, 'offsets'), join(folder, 'indices')];
  writeFileSync(files[0], matrix.offsets);
  writeFileSync(files[1], matrix.indices);
  try {
    return await startPeer(python, 'cosine.py', files);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
