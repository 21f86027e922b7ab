import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { availableBuilds, createKernels, type KernelOptions, type KernelSet } from '../../../models/kernels/index.ts';
import { factors } from '../../../models/kernels/sets/factors.ts';
import { projectRoot } from '../../../src/project.ts';

const open = (options: Partial<KernelOptions> = {}) => createKernels(factors, { bytes: 4 << 20, ...options });

describe('memory', () => {
  const kernels = open({ build: 'plain' });

  test('arrays lie apart, aligned and zeroed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 12 }), (lengths) =>
        kernels.scope(() => {
          const arrays = lengths.map((length, turn) =>
            [kernels.float32, kernels.float64, kernels.uint8][turn % 3](length),
          );
          arrays.forEach((array, index) => {
            expect(array.byteOffset % 64).toBe(0);
            expect(array.every((value) => value === 0)).toBe(true);
            array.fill(index + 1);
          });
          arrays.forEach((array, index) => {
            expect(array.every((value) => value === index + 1)).toBe(true);
          });
        }),
      ),
    );
  });

  test('a scope gives back what it took, also when it fails', () => {
    const before = kernels.scope(() => kernels.float32(1000).byteOffset);
    expect(() =>
      kernels.scope(() => {
        kernels.float32(1000);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(kernels.scope(() => kernels.float32(1).byteOffset)).toBe(before);
  });

  test('more than there is is refused in words', () => {
    expect(() => kernels.float32(2 << 20)).toThrow('kernel memory of 4194304 bytes is full');
    expect(() => open({ bytes: 2 ** 32 + 1 })).toThrow('at most 4 GiB');
    expect(() => open({ threads: 0 })).toThrow('threads');
    expect(() => kernels.run('nothing', [])).toThrow('there is no kernel nothing');
  });
});

const names = readdirSync(join(projectRoot, 'models/kernels/assembly'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));

test.each(names)('every kernel of %s has a plain twin and every twin a kernel', async (name) => {
  const sets: KernelSet[] = Object.values(await import(`../../../models/kernels/sets/${name}.ts`));
  const set = sets.find(({ plain }) => plain !== undefined)!;
  for (const bytes of [set.simd, set.relaxedSimd]) {
    const exports = WebAssembly.Module.exports(new WebAssembly.Module(Buffer.from(bytes, 'base64')));
    expect(exports.map((entry) => entry.name).sort()).toEqual(Object.keys(set.plain).sort());
  }
});

describe('builds', () => {
  test('this engine has them all, fastest first', () => {
    expect(availableBuilds(factors)).toEqual(['relaxed-simd', 'simd', 'plain']);
  });

  test('an engine that takes no bytes is left with the plain one', () => {
    const foreign = { ...factors, simd: btoa('no'), relaxedSimd: btoa('no') };
    expect(availableBuilds(foreign)).toEqual(['plain']);
    expect(createKernels(foreign, { bytes: 1, threads: 2 })).toMatchObject({ build: 'plain', threads: 1 });
    expect(() => createKernels(foreign, { bytes: 1, build: 'simd' })).toThrow('build simd is not available');
  });
});

describe.each(['relaxed-simd', 'simd'] as const)('%s', (build) => {
  const one = open({ build });
  const two = open({ build, threads: 2 });
  const plain = open({ build: 'plain' });
  const all = [one, two, plain];
  afterAll(() => {
    for (const kernels of all) kernels.dispose();
  });

  test('rows are scored as the plain twin does, whatever the threads', () => {
    const shape = fc.record({ rows: fc.integer({ min: 1, max: 200 }), quads: fc.integer({ min: 1, max: 20 }) });
    const values = fc.infiniteStream(fc.float({ min: -2, max: 2, noNaN: true }));
    fc.assert(
      fc.property(shape, values, ({ rows, quads }, stream) => {
        const width = 4 * quads;
        const cells = Float32Array.from({ length: (rows + 1) * width }, () => stream.next().value);
        const [alone, shared, expected] = all.map((kernels) =>
          kernels.scope(() => {
            const vector = kernels.keepFloat32(cells.subarray(0, width));
            const matrix = kernels.keepFloat32(cells.subarray(width));
            const scores = kernels.float32(rows);
            const parts = [];
            for (let row = 0; row < rows; row += 16) {
              parts.push([
                matrix.byteOffset + 4 * row * width,
                Math.min(16, rows - row),
                width,
                vector.byteOffset,
                scores.byteOffset + 4 * row,
              ]);
            }
            kernels.run('scoreRows', parts);
            return Float32Array.from(scores);
          }),
        );
        expect(shared).toEqual(alone);
        alone.forEach((score, row) => {
          expect(Math.abs(score - expected[row])).toBeLessThan(1e-6 * 4 * width);
        });
      }),
      { numRuns: 50 },
    );
  });

  test('many small jobs in a row lose no part', () => {
    two.scope(() => {
      const ones = two.keepFloat32(Array(4).fill(1));
      const scores = two.float32(5000);
      for (let turn = 1; turn <= 300; turn++) {
        const count = (turn * 37) % 90;
        scores.fill(0);
        two.run(
          'scoreRows',
          Array.from({ length: count }, (_, at) => [
            ones.byteOffset,
            1,
            4,
            ones.byteOffset,
            scores.byteOffset + 4 * at,
          ]),
        );
        expect(scores.findIndex((score) => score !== 4)).toBe(count);
      }
    });
  });

  test('more parts than one job holds', () => {
    two.scope(() => {
      const ones = two.keepFloat32(Array(4).fill(1));
      const scores = two.float32(30_000);
      const part = (_: unknown, at: number) => [ones.byteOffset, 1, 4, ones.byteOffset, scores.byteOffset + 4 * at];
      two.run('scoreRows', Array.from({ length: 30_000 }, part));
      expect(scores.every((score) => score === 4)).toBe(true);
    });
  });

  test('a part that fails fails the run, and the next one works', () => {
    two.scope(() => {
      const ones = two.keepFloat32(Array(4).fill(1));
      const scores = two.float32(1);
      const good = [ones.byteOffset, 1, 4, ones.byteOffset, scores.byteOffset];
      const beyond = [2 ** 31, 1, 4, ones.byteOffset, scores.byteOffset];
      for (let turn = 0; turn < 20; turn++) {
        expect(() => two.run('scoreRows', [good, beyond, good, beyond])).toThrow();
        two.run('scoreRows', [good]);
        expect(scores[0]).toBe(4);
        scores[0] = 0;
      }
    });
  });

  test('nothing runs after the end', () => {
    const kernels = open({ build, threads: 2 });
    kernels.dispose();
    expect(() => kernels.run('scoreRows', [])).toThrow('disposed');
  });
});
