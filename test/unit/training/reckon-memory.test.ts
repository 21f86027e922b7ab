import { describe, expect, test } from '@jest/globals';
import { recipe, reckonOrderBytes } from '../../../models/collaborative-filtering/index.ts';
import { reckonMemory } from '../../../src/training/runs/reckon-memory.ts';

const size = (millions: number) => ({
  orderLines: millions * 1e6,
  events: 0,
  customers: millions * 9e4,
  items: 50_000,
});
const within = (limitMb: number) => ({ limitMb, dimensions: 16 });

describe('what a run will take', () => {
  test('a shop whose night was measured in less is not refused', () => {
    // docs/scale.md: 1,330,000 in 0.8 GB, 5,330,000 in 1.7 GB.
    expect(reckonMemory(size(1.33), within(800)).refusal).toBeUndefined();
    expect(reckonMemory(size(5.33), within(1_700)).refusal).toBeUndefined();
  });

  test('one that is larger than its memory is refused by name and number, and told what helps', () => {
    const { refusal, neededMb } = reckonMemory(size(60), within(8_192));
    expect(neededMb).toBeGreaterThan(8_192);
    expect(refusal).toMatch(/60,000,000 order lines and 0 events of 5,400,000 customers/);
    expect(refusal).toMatch(/the trainer may have 8,192/);
    expect(refusal).toMatch(/PANNIER_TRAINER_MEMORY_MB.*PANNIER_EVENT_RETENTION_DAYS.*docs\/scale\.md/);
    expect(reckonMemory(size(60), within(neededMb)).refusal).toBeUndefined();
  });

  test('by the figures of docs/scale.md', () => {
    const large = { orderLines: 20e6, events: 40e6, customers: 4.6e6, items: 50_000 };
    expect(reckonMemory(large, within(8_192)).refusal).toContain(
      'This run would not fit: 20,000,000 order lines and 40,000,000 events of 4,600,000 customers take at least 8,584 MB of memory, and the trainer may have 8,192.',
    );
    expect(reckonMemory(size(20), within(8_192))).toEqual({ neededMb: 2_862, refusal: undefined });
  });

  test('with what learning the order of lists takes, unless it is not learnt', () => {
    const orderBytes = (customers: number) => reckonOrderBytes(recipe, customers);
    const [with10k, without] = [orderBytes, undefined].map((each) =>
      reckonMemory({ ...size(0.1), customers: 10_000 }, { ...within(800), orderBytes: each }),
    );
    // 33 features, and two of each method and of the last basket; 3,000 customers of 120 candidates: singles twice, bytes twice, and 80
    // bytes a candidate.
    const features = 33 + 2 * (1 + Object.keys(recipe.methods).length);
    const megabytes = (3_000 * 120 * (features * 10 + 80)) / 2 ** 20;
    expect(Math.abs(with10k.neededMb - without.neededMb - megabytes)).toBeLessThan(1);
    expect(reckonOrderBytes({ ...recipe, ranking: { ...recipe.ranking!, use: 'no' } }, 10_000)).toBe(0);
  });

  test('what cannot be numbered is refused however much memory there is', () => {
    const many = { orderLines: 100e6, events: 0, customers: 20e6, items: 1_000 };
    expect(reckonMemory(many, within(1e6)).refusal).toMatch(/20,000,000 customers are more than the 16,777,216/);
    const wide = { ...many, customers: 10e6 };
    expect(reckonMemory(wide, { limitMb: 1e6, dimensions: 128 }).refusal).toMatch(/factors of 128 dimensions.*`ials`/);
    expect(reckonMemory(wide, { limitMb: 1e6, dimensions: 0 }).refusal).toBeUndefined();
  });
});
