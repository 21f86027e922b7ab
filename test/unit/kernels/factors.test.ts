import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKernels, type Kernels } from '../../../models/kernels/index.ts';
import { factors } from '../../../models/kernels/sets/factors.ts';
import { seededRandom } from '../../../models/random.ts';

const bytes = 8 << 20;
const few = { numRuns: 30 };
const plain = createKernels(factors, { bytes, build: 'plain' });

/** Numbers in [-1, 1). */
const draws = (seed: number, length: number) => {
  const draw = seededRandom(seed);
  return Float32Array.from({ length }, () => 2 * draw() - 1);
};
const shape = fc.record({
  rows: fc.integer({ min: 1, max: 90 }),
  eights: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
});

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  actual.forEach((value, at) => {
    largest = Math.max(largest, Math.abs(value - expected[at]) / (1 + Math.abs(expected[at])));
  });
  expect(largest).toBeLessThan(tolerance);
}

describe.each(['relaxed-simd', 'simd'] as const)('factor kernels, %s, beside their plain twins', (build) => {
  const one = createKernels(factors, { bytes, build });
  const two = createKernels(factors, { bytes, build, threads: 2 });
  afterAll(() => two.dispose());

  /** The same calls on the plain twin, on one thread and on two, which must agree to the byte. */
  function onEach(compute: (kernels: Kernels) => Float32Array): [actual: Float32Array, expected: Float32Array] {
    const [expected, actual, shared] = [plain, one, two].map((kernels) =>
      kernels.scope(() => Float32Array.from(compute(kernels))),
    );
    expect(shared).toEqual(actual);
    return [actual, expected];
  }

  test('Gram matrices', () => {
    fc.assert(
      fc.property(shape, ({ rows, eights, seed }) => {
        const width = 8 * eights;
        const cells = draws(seed, rows * width);
        const upper = (gram: Float32Array) => gram.filter((_, at) => at % width >= Math.floor(at / width));
        const [actual, expected] = onEach((kernels) => {
          const matrix = kernels.keepFloat32(cells);
          const gram = kernels.float32(width * width);
          kernels.run('gramRows', [[matrix.byteOffset, rows, width, gram.byteOffset]]);
          return gram;
        });
        expectClose(upper(actual), upper(expected), 1e-5);
      }),
      few,
    );
  });

  test('rotations', () => {
    fc.assert(
      fc.property(shape, ({ rows, eights, seed }) => {
        const width = 8 * eights;
        const [actual, expected] = onEach((kernels) => {
          const matrix = kernels.keepFloat32(draws(seed, rows * width));
          const rotation = kernels.keepFloat32(draws(seed + 1, width * width));
          const parts = [];
          for (let first = 0; first < rows; first += 20) {
            parts.push([
              matrix.byteOffset + 4 * first * width,
              Math.min(20, rows - first),
              width,
              rotation.byteOffset,
              kernels.float32(8 * width).byteOffset,
            ]);
          }
          kernels.run('rotateRows', parts);
          return matrix;
        });
        expectClose(actual, expected, 1e-5);
      }),
      few,
    );
  });

  test('least squares rows, the empty one among them', () => {
    const cells = fc.record({
      eights: fc.integer({ min: 1, max: 9 }),
      others: fc.integer({ min: 1, max: 150 }),
      counts: fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 12 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cells, ({ eights, others, counts, seed }) => {
        const width = 8 * eights;
        const kept = counts.map((count) => Math.min(count, others));
        const offsets = [0];
        for (const count of kept) offsets.push(offsets.at(-1)! + count);
        const [actual, expected] = onEach((kernels) => {
          const solved = kernels.float32(kept.length * width);
          const addresses = [
            kernels.keepUint32(offsets),
            kernels.keepUint32(kept.flatMap((count) => Array.from({ length: count }, (_, item) => item))),
            kernels.keepFloat32(draws(seed, offsets.at(-1)!).map((value) => 1.5 + value)),
          ].map((array) => array.byteOffset);
          const fixed = kernels.keepFloat32(draws(seed + 1, others * width));
          const spectrum = kernels.keepFloat32(draws(seed + 2, width).map((value) => 1.1 + value));
          const penalties = kernels.keepFloat32(draws(seed + 3, kept.length).map((value) => 1.5 + value));
          const partOf = (_: number, row: number) => [
            ...addresses,
            row,
            row + 1,
            fixed.byteOffset,
            width,
            spectrum.byteOffset,
            penalties.byteOffset,
            solved.byteOffset,
            1e-6,
            2 * width,
            kernels.float32(8 * width).byteOffset,
          ];
          kernels.run('solveRows', kept.map(partOf));
          return solved;
        });
        expectClose(actual, expected, 2e-4);
      }),
      few,
    );
  });

  test('scores of listed rows, some of them twice', () => {
    fc.assert(
      fc.property(shape, fc.array(fc.nat({ max: 88 }), { maxLength: 40 }), ({ rows, eights, seed }, wanted) => {
        const width = 8 * eights;
        const listed = wanted.map((row) => row % rows);
        const [actual, expected] = onEach((kernels) => {
          const matrix = kernels.keepFloat32(draws(seed, rows * width));
          const items = kernels.keepUint32(listed);
          const vector = kernels.keepFloat32(draws(seed + 1, width));
          const scores = kernels.float32(listed.length);
          const addresses = [items.byteOffset, listed.length, vector.byteOffset, scores.byteOffset];
          kernels.run('scoreItems', [[matrix.byteOffset, width, ...addresses]]);
          return scores;
        });
        expectClose(actual, expected, 1e-5);
      }),
      few,
    );
  });
});
