import {
  type IalsModel,
  type IalsOptions,
  ialsBytes,
  trainIals,
} from '../../../models/collaborative-filtering/ials/ials.ts';
import { ialsLoss } from '../../../models/collaborative-filtering/ials/loss.ts';
import type { IalsRecipe } from '../../../models/collaborative-filtering/ials/settings.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { readGoodbooks } from './goodbooks.ts';
import { trainCholesky } from './ials-cholesky.ts';

/**
 * iALS on goodbooks (ratings of 4 and 5 as positives, d = 64): positives per core-second and iteration (both sides) of each
 * build of the kernels, where an iteration's time goes, what a second thread gives, and the loss after the epochs beside
 * that of a Cholesky solver in float64 from the same start. Core-seconds are CPU time of the process; a second thread is
 * judged by the clock, so let nothing else run beside.
 *
 *     npm run bench:ials -- ../shared/data/goodbooks-ratings.csv.gz [epochs, 16 where not given]
 */
const [file, epochs = '16'] = process.argv.slice(2);
if (!file) throw new Error('Name the file: npm run bench:ials -- goodbooks-ratings.csv.gz');
const recipe: IalsRecipe = {
  dimensions: 64,
  epochs: Number(epochs),
  unobservedWeight: 0.1,
  regularisation: 0.003,
  frequencyExponent: 1,
  initialDeviation: 0.1,
};
const seed = 1;
const STAGES = ['gram', 'diagonalise', 'rotate', 'solve customers', 'solve items'] as const;

interface Measured {
  readonly model: IalsModel;
  /** of one iteration, the median */
  readonly cpu: number;
  readonly wall: number;
  /** CPU milliseconds of each stage in one iteration, mean */
  readonly stages: Record<string, number>;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** The first epoch, in which the engine still compiles, is left out. */
function measure(matrix: SparseMatrix, settings: IalsRecipe, options: Partial<IalsOptions>): Measured {
  const stages: Record<string, number> = Object.fromEntries(STAGES.map((stage) => [stage, 0]));
  const spent: { cpu: number[]; wall: number[] } = { cpu: [], wall: [] };
  let [cpu, wall, lastCpu, lastWall] = [0, 0, 0, 0];
  const model = trainIals(matrix, settings, {
    seed,
    ...options,
    onStage: (stage, epoch) => {
      const [nowCpu, nowWall] = [cpuMilliseconds(), performance.now()];
      if (epoch > 1 && epoch <= settings.epochs) {
        stages[stage] += (nowCpu - lastCpu) / (settings.epochs - 1);
        cpu += nowCpu - lastCpu;
        wall += nowWall - lastWall;
        if (stage === 'solve items') {
          spent.cpu.push(cpu);
          spent.wall.push(wall);
          [cpu, wall] = [0, 0];
        }
      }
      [lastCpu, lastWall] = [cpuMilliseconds(), performance.now()];
    },
  });
  return { model, cpu: median(spent.cpu), wall: median(spent.wall), stages };
}

const matrix = readGoodbooks(file);
const positives = matrix.indices.length;
console.log(
  `${matrix.rows} customers, ${matrix.columns} items, ${positives} positives, d = ${recipe.dimensions}, ${epochs} epochs`,
);

const speed = ({ cpu }: Measured) => positives / cpu / 1000;
const report = (name: string, measured: Measured) => {
  const { cpu, wall, stages } = measured;
  const parts = STAGES.map((stage) => `${stage} ${stages[stage].toFixed(1)}`).join(', ');
  console.log(
    `${name.padEnd(24)} ${speed(measured).toFixed(2).padStart(5)} M positives a core-second and iteration; ` +
      `iteration ${cpu.toFixed(0)} ms CPU, ${wall.toFixed(0)} ms by the clock (${parts})`,
  );
};

const plain = measure(matrix, { ...recipe, epochs: 3 }, { build: 'plain' });
const simd = measure(matrix, recipe, { build: 'simd' });
const one = measure(matrix, recipe, { build: 'relaxed-simd' });
const two = measure(matrix, recipe, { build: 'relaxed-simd', threads: 2 });
report('plain typed arrays', plain);
report('SIMD', simd);
report('relaxed SIMD', one);
report('relaxed SIMD, 2 threads', two);
console.log(
  `SIMD over plain ${(plain.cpu / simd.cpu).toFixed(1)}x, relaxed SIMD over plain ${(plain.cpu / one.cpu).toFixed(1)}x`,
);
console.log(
  `two threads over one, by the clock ${(one.wall / two.wall).toFixed(2)}x; equal bytes: ${Buffer.compare(Buffer.from(one.model.items.buffer), Buffer.from(two.model.items.buffer)) === 0}`,
);
console.log(`kernel memory ${(ialsBytes(matrix, recipe) / 2 ** 20).toFixed(1)} MiB`);

const before = performance.now();
const cholesky = trainCholesky(matrix, recipe, seed);
const losses = {
  cholesky: ialsLoss(matrix, cholesky),
  simd: ialsLoss(matrix, simd.model),
  relaxed: ialsLoss(matrix, one.model),
};
console.log(
  `Cholesky in float64, plain: ${((performance.now() - before) / 1000 / recipe.epochs).toFixed(2)} s an epoch`,
);
console.log(
  `loss after ${epochs} epochs: Cholesky ${losses.cholesky.toFixed(2)}, SIMD ${losses.simd.toFixed(2)}, relaxed SIMD ${losses.relaxed.toFixed(2)}`,
);
