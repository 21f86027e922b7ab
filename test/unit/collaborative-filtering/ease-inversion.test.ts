import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createKernels, type KernelOptions, type Kernels } from '../../../models/kernels/index.ts';
import { dense } from '../../../models/kernels/sets/dense.ts';
import {
  blockStart,
  bytesOfSymmetric,
  copyBlockRow,
  createSymmetric,
  diagonalAt,
  invertSymmetric,
  type SymmetricBlocks,
  tileSide,
} from '../../../models/kernels/sets/dense-symmetric.ts';
import { seededRandom } from '../../../models/random.ts';

/** A random positive definite matrix: a diagonal that outweighs its row. */
function fill(blocks: SymmetricBlocks, seed: number): void {
  const random = seededRandom(seed);
  for (let row = 0; row < blocks.size; row++) {
    for (let column = 0; column < row; column++) {
      const value = random() < 0.5 ? random() - 0.5 : 0;
      const [high, low] = [Math.floor(row / tileSide), Math.floor(column / tileSide)];
      const start = blockStart(high, low);
      blocks.values[start + (row % tileSide) * tileSide + (column % tileSide)] = value;
      if (high === low) blocks.values[start + (column % tileSide) * tileSide + (row % tileSide)] = value;
    }
    blocks.values[diagonalAt(row)] = blocks.size * (0.3 + random());
  }
}

function read(blocks: SymmetricBlocks): Float32Array[] {
  const strip = new Float32Array(tileSide * tileSide * blocks.count);
  return Array.from({ length: blocks.size }, (_, row) => {
    if (row % tileSide === 0) copyBlockRow(blocks, row / tileSide, strip);
    const start = (row % tileSide) * tileSide * blocks.count;
    return strip.slice(start, start + blocks.size);
  });
}

function withMatrix<T>(
  size: number,
  options: Partial<KernelOptions>,
  use: (kernels: Kernels, blocks: SymmetricBlocks) => T,
): T {
  const kernels = createKernels(dense, { bytes: bytesOfSymmetric(size), ...options });
  try {
    return use(kernels, createSymmetric(kernels, size));
  } finally {
    kernels.dispose();
  }
}

describe('symmetric inversion', () => {
  test.each(['relaxed-simd', 'simd', 'plain'] as const)('matrix × inverse is the identity: %s', (build) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (size, seed) => {
        const worst = withMatrix(size, { build }, (kernels, blocks) => {
          fill(blocks, seed);
          const matrix = read(blocks);
          expect(invertSymmetric(kernels, blocks)).toBe(true);
          const minusInverse = read(blocks);
          let difference = 0;
          for (let row = 0; row < size; row += 7) {
            for (let column = 0; column < size; column++) {
              let sum = row === column ? 1 : 0;
              for (let depth = 0; depth < size; depth++) sum += matrix[row][depth] * minusInverse[depth][column];
              difference = Math.max(difference, Math.abs(sum));
            }
          }
          return difference;
        });
        expect(worst).toBeLessThan(1e-5);
      }),
      {
        numRuns: 12,
        examples: [
          [1, 1],
          [tileSide, 2],
          [tileSide + 1, 3],
          [2 * tileSide, 4],
        ],
      },
    );
  });

  test('four blocks a side: two threads give the bytes of one, every build nearly those of plain code', () => {
    const invert = (options: Partial<KernelOptions>) =>
      withMatrix(450, options, (kernels, blocks) => {
        fill(blocks, 5);
        invertSymmetric(kernels, blocks);
        return Float32Array.from(blocks.values);
      });
    const plain = invert({ build: 'plain' });
    const greatest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const build of ['relaxed-simd', 'simd'] as const) {
      const fast = invert({ build });
      expect(Buffer.compare(Buffer.from(invert({ build, threads: 2 }).buffer), Buffer.from(fast.buffer))).toBe(0);
      const worst = fast.reduce((most, value, at) => Math.max(most, Math.abs(value - plain[at])), 0);
      expect(worst / greatest).toBeLessThan(1e-5);
    }
  });

  test('a matrix that is not positive definite is said to be so', () => {
    for (const row of [0, tileSide + 22]) {
      const isInverted = withMatrix(200, {}, (kernels, blocks) => {
        fill(blocks, 6);
        blocks.values[diagonalAt(row)] = -1;
        return invertSymmetric(kernels, blocks);
      });
      expect(isInverted).toBe(false);
    }
  });
});
