import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bitmaps } from '../../../models/kernels/bitmaps.ts';
import { createKernels } from '../../../models/kernels/index.ts';

const plain = createKernels(bitmaps, { bytes: 1 << 20, build: 'plain' });

describe.each(['relaxed-simd', 'simd'] as const)('%s', (build) => {
  const kernels = createKernels(bitmaps, { bytes: 1 << 20, build });
  afterAll(() => kernels.dispose());

  test('intersects as the plain one does, bit for bit', () => {
    const drawn = fc.integer({ min: 1, max: 8 }).chain((registers) =>
      fc.record({
        width: fc.constant(4 * registers),
        words: fc.array(fc.array(fc.nat(0xffffffff), { minLength: 4 * registers, maxLength: 4 * registers }), {
          minLength: 1,
          maxLength: 12,
        }),
        minimum: fc.integer({ min: 1, max: 100 }),
        label: fc.nat(11),
      }),
    );
    const intersect = (
      into: typeof plain,
      { width, words, minimum, label }: { width: number; words: number[][]; minimum: number; label: number },
    ) =>
      into.scope(() => {
        const source = into.keepUint32(words.flat());
        const counts = into.uint32(words.length);
        const target = into.uint32(words.length * width);
        const [from, to, told] = [source.byteOffset, target.byteOffset, counts.byteOffset];
        into.run('intersectFollowing', [[from, width, label, words.length, minimum, to, told]]);
        const kept = counts.filter((count) => count >= minimum).length;
        return { counts: [...counts], kept: [...target.subarray(0, kept * width)] };
      });
    fc.assert(
      fc.property(drawn, (some) => {
        const input = { ...some, label: some.label % some.words.length };
        expect(intersect(kernels, input)).toEqual(intersect(plain, input));
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

test('what two bitmaps share is counted by hand', () => {
  plain.scope(() => {
    const words = plain.keepUint32([0b1011, 0, 0, 0x80000001, 0b0110, 0, 5, 0xffffffff, 0, 7, 0, 0]);
    const [counts, target] = [plain.uint32(3), plain.uint32(8)];
    plain.run('intersectFollowing', [[words.byteOffset, 4, 0, 3, 3, target.byteOffset, counts.byteOffset]]);
    expect([...counts]).toEqual([0, 3, 0]);
    expect([...target.subarray(0, 4)]).toEqual([0b0010, 0, 0, 0x80000001]);
  });
});
