import { availableBuilds, createKernels, type Kernels } from '../../../models/kernels/index.ts';
import { factors } from '../../../models/kernels/sets/factors.ts';
import { seededRandom } from '../../../models/random.ts';

/**
 * The factor kernels on one thread, build beside build, in billions of multiplications and additions per CPU second; and
 * what a row of iALS costs before and in each step of its conjugate gradients.
 *
 *     npm run bench:kernels
 */
const WIDTH = 64;
const ROWS = 20_000;
const ITEMS = 10_000;
const CELLS = 13;

const draw = seededRandom(1);
const draws = (length: number) => Float32Array.from({ length }, () => draw() - 0.5);
const matrix = draws(ROWS * WIDTH);
const rotation = draws(WIDTH * WIDTH).map((value) => value / 4);
const fixed = draws(ITEMS * WIDTH);
const indices = Uint32Array.from({ length: ROWS * CELLS }, () => Math.floor(draw() * ITEMS));

/** CPU milliseconds of one call: the median of several after a first one. */
function time(call: () => void): number {
  call();
  const spent = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return spent.sort((a, b) => a - b)[3];
}

function prepare(kernels: Kernels): Record<string, { flops: number; call: () => void }> {
  const rows = kernels.keepFloat32(matrix);
  const turn = kernels.keepFloat32(rotation);
  const gram = kernels.float32(WIDTH * WIDTH);
  const scratch = kernels.float32(1024 + 40 * (WIDTH + 1));
  const factorsOfItems = kernels.keepFloat32(fixed);
  const offsets = kernels.keepUint32(Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * CELLS));
  const cells = kernels.keepUint32(indices);
  const values = kernels.keepFloat32(new Float32Array(indices.length).fill(1));
  const spectrum = kernels.keepFloat32(new Float32Array(WIDTH).fill(20));
  const penalties = kernels.keepFloat32(new Float32Array(ROWS).fill(3));
  const solved = kernels.float32(ROWS * WIDTH);
  const scores = kernels.float32(ITEMS);
  const best = { items: kernels.uint32(32 * 100), scores: kernels.float32(32 * 100) };
  const solve = (steps: number) => () =>
    kernels.run('solveRows', [
      [
        ...[offsets, cells, values].map((array) => array.byteOffset),
        ...[0, ROWS, factorsOfItems.byteOffset, WIDTH, spectrum.byteOffset, penalties.byteOffset, solved.byteOffset],
        ...[0, steps, scratch.byteOffset],
      ],
    ]);
  const top = [
    ...[rows.byteOffset, 32, WIDTH, factorsOfItems.byteOffset, ITEMS, 100, 0, 0],
    ...[best.items.byteOffset, best.scores.byteOffset, scratch.byteOffset],
  ];
  const score = [factorsOfItems.byteOffset, ITEMS, WIDTH, rows.byteOffset, scores.byteOffset];
  return {
    // Half of the products: the other triangle is the same.
    'Gram matrix': {
      flops: ROWS * WIDTH * (WIDTH + 1),
      call: () => kernels.run('gramRows', [[rows.byteOffset, ROWS, WIDTH, gram.byteOffset]]),
    },
    rotation: {
      flops: 2 * ROWS * WIDTH * WIDTH,
      call: () => {
        // Turned rows would grow from call to call.
        rows.set(matrix);
        kernels.run('rotateRows', [[rows.byteOffset, ROWS, WIDTH, turn.byteOffset, scratch.byteOffset]]);
      },
    },
    'iALS rows, right sides only': { flops: 2 * ROWS * CELLS * WIDTH, call: solve(0) },
    'iALS rows, 5 steps': { flops: 2 * ROWS * CELLS * WIDTH * 11, call: solve(5) },
    'dense scores of a customer': { flops: 2 * ITEMS * WIDTH, call: () => kernels.run('scoreRows', [score]) },
    'best 100 items of 32 customers': { flops: 2 * 32 * ITEMS * WIDTH, call: () => kernels.run('topItems', [top]) },
  };
}

const builds = availableBuilds(factors);
const prepared = builds.map((build) => prepare(createKernels(factors, { bytes: 64 << 20, build })));
console.log(`${''.padEnd(32)}${builds.map((build) => build.padStart(24)).join('')}`);
for (const [name, { flops }] of Object.entries(prepared[0])) {
  const figures = prepared.map((kernels) => {
    const milliseconds = time(kernels[name].call);
    return `${milliseconds.toFixed(2)} ms ${(flops / milliseconds / 1e6).toFixed(1)} GFlop/s`.padStart(24);
  });
  console.log(`${name.padEnd(32)}${figures.join('')}`);
}
