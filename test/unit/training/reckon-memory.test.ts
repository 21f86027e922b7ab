import { describe, expect, test } from '@jest/globals';
import { recipe, reckonOrderBytes } from '../../../models/collaborative-filtering/index.ts';
import { reckonMemory } from '../../../src/training/runs/reckon-memory.ts';

const size = (millions: number) => ({
  orderLines: millions * 1e6,
  events: 0,
  customers: millions * 9e4,
  items: 50_000,
});
const within = (limitMb: number) => ({ limitMb });

describe('what a run will take', () => {
  test('a shop whose night was measured in less is not refused', async () => {
    // docs/scale.md: 1,330,000 in 0.8 GB, 5,330,000 in 1.7 GB.
    expect((await reckonMemory(size(1.33), within(800))).refusal).toBeUndefined();
    expect((await reckonMemory(size(5.33), within(1_700))).refusal).toBeUndefined();
  });

  test('one that is larger than its memory is refused by name and number, and told what helps', async () => {
    const { refusal, neededMb } = await reckonMemory(size(60), within(8_192));
    expect(neededMb).toBeGreaterThan(8_192);
    expect(refusal).toMatch(/60,000,000 order lines and 0 events of 5,400,000 customers/);
    expect(refusal).toMatch(/the trainer may have 8,192/);
    expect(refusal).toMatch(/PANNIER_TRAINER_MEMORY_MB.*PANNIER_EVENT_RETENTION_DAYS.*docs\/scale\.md/);
    expect((await reckonMemory(size(60), within(neededMb))).refusal).toBeUndefined();
  });

  test('by the figures of docs/scale.md', async () => {
    const large = { orderLines: 20e6, events: 40e6, customers: 4.6e6, items: 50_000 };
    expect((await reckonMemory(large, within(8_192))).refusal).toContain(
      'This run would not fit: 20,000,000 order lines and 40,000,000 events of 4,600,000 customers take at least 8,584 MB of memory, and the trainer may have 8,192.',
    );
    expect(await reckonMemory(size(20), within(8_192))).toEqual({ neededMb: 2_862, refusal: undefined });
  });

  test('with what learning the order of lists takes, unless it is not learnt', async () => {
    const orderBytes = (customers: number) => reckonOrderBytes(recipe, customers);
    const reckon = (each?: typeof orderBytes) =>
      reckonMemory({ ...size(0.1), customers: 10_000 }, { ...within(800), orderBytes: each });
    const [with10k, without] = [await reckon(orderBytes), await reckon()];
    // 34 features, and two of each method and of the last basket; 3,000 customers of 120 candidates: singles twice, bytes twice, and 80
    // bytes a candidate.
    const features = 34 + 2 * (1 + Object.keys(recipe.methods).length);
    const megabytes = (3_000 * 120 * (features * 10 + 80)) / 2 ** 20;
    expect(Math.abs(with10k.neededMb - without.neededMb - megabytes)).toBeLessThan(1);
    expect(reckonOrderBytes({ ...recipe, ranking: { ...recipe.ranking!, use: 'no' } }, 10_000)).toBe(0);
  });

  test('what cannot be numbered is refused however much memory there is', async () => {
    const many = { orderLines: 100e6, events: 0, customers: 20e6, items: 1_000 };
    expect((await reckonMemory(many, within(1e6))).refusal).toMatch(
      /20,000,000 customers are more than the 16,777,216/,
    );
  });

  test('pairs are counted where there may be too many alone, and more than a kernel has room for are refused', async () => {
    const pairsOf = (count: number) => () => Promise.resolve(count);
    const never = () => Promise.reject(new Error('they were counted'));
    // 24 bytes each in 4 GiB: 178,956,968 of them.
    expect((await reckonMemory(size(178), { ...within(1e6), pairs: never })).refusal).toBeUndefined();
    const fewItems = { ...size(180), customers: 1e6, items: 178 };
    expect((await reckonMemory(fewItems, { ...within(1e6), pairs: never })).refusal).toBeUndefined();
    expect((await reckonMemory(size(180), { ...within(1e6), pairs: pairsOf(178_956_968) })).refusal).toBeUndefined();
    expect((await reckonMemory(size(180), { ...within(1e6), pairs: pairsOf(178_956_969) })).refusal).toBe(
      'This run would not fit: 180,000,000 order lines and 0 events of 16,200,000 customers make 178,956,969 pairs of a customer and an item, and of 178,956,968 at most the graph of items can be learnt. What helps: a shorter history (PANNIER_EVENT_RETENTION_DAYS), a schema for each part of the shop, or what docs/scale.md says of larger shops. What is published stays.',
    );
    // No lists, no graph.
    expect((await reckonMemory(size(180), within(1e6))).refusal).toBeUndefined();
  });
});
