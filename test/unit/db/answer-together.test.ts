import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { translate } from '../../../src/db/connections/failures.ts';
import { answerTogether, findTogether, mayBeOfOne } from '../../../src/db/index.ts';
import { PannierError } from '../../../src/errors.ts';

describe('lookups by id', () => {
  test('lookups of one turn share one load', async () => {
    const loads: string[][] = [];
    const ask = findTogether<string, string>(async (ids) => {
      loads.push(ids);
      return new Map(ids.map((id) => [id, id.toUpperCase()]));
    }, 1);
    const found = await Promise.all([ask(['a']), ask(['b', 'a']), ask(['c'])]);
    expect(loads).toEqual([['a', 'b', 'c']]);
    expect(found[1].get('b')).toBe('B');
  });

  test('a lookup never joins a load that has begun, and waits while all lanes are taken', async () => {
    const loads: { ids: string[]; finish: () => void }[] = [];
    const ask = findTogether<string, number>((ids) => {
      return new Promise((resolve) => {
        loads.push({ ids, finish: () => resolve(new Map(ids.map((id) => [id, loads.length]))) });
      });
    }, 1);
    const first = ask(['a']);
    while (loads.length < 1) await sleep(1);
    const second = ask(['a']);
    const third = ask(['b']);
    await sleep(5);
    expect(loads.map(({ ids }) => ids)).toEqual([['a']]);
    loads[0].finish();
    expect((await first).get('a')).toBe(1);
    while (loads.length < 2) await sleep(1);
    expect(loads[1].ids).toEqual(['a', 'b']);
    loads[1].finish();
    expect((await second).get('a')).toBe(2);
    expect(await third).toBe(await second);
  });

  test('a load that fails fails those who asked for it, and no other', async () => {
    let count = 0;
    const ask = findTogether<string, string>(async () => {
      if (count++ === 0) throw new Error('lost');
      return new Map();
    }, 1);
    const failed = await Promise.allSettled([ask(['a']), ask(['b'])]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await ask(['a'])).size).toBe(0);
  });
});

describe('questions', () => {
  const asked: number[][] = [];
  const doubled = async (questions: readonly number[]) => {
    asked.push([...questions]);
    await sleep(5);
    return questions.map((number) => (number < 0 ? new PannierError('conflict', 'below zero') : 2 * number));
  };

  test('of one turn are answered together, each by itself, in batches of up to the most', async () => {
    const ask = answerTogether(doubled, { batchesAtOnce: 1, most: 3 });
    const answers = await Promise.allSettled([1, -1, 3, 4].map(ask));
    expect(asked.splice(0)).toEqual([[1, -1, 3], [4]]);
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))).toEqual([
      2,
      'conflict',
      6,
      8,
    ]);
  });

  test('fill a batch by their weight, and one that is heavier than a batch goes by itself', async () => {
    const ask = answerTogether(doubled, { batchesAtOnce: 1, most: 10, weightOf: (number) => number });
    expect(await Promise.all([4, 6, 1, 50, 2].map(ask))).toEqual([8, 12, 2, 100, 4]);
    expect(asked.splice(0)).toEqual([[4, 6], [1], [50], [2]]);
  });

  describe('that fail together', () => {
    const isPoison = (error: unknown) => (error as Error).message === 'poison';
    const failing = (message: string) => async (questions: readonly number[]) => {
      asked.push([...questions]);
      if (questions.includes(13)) throw new Error(message);
      return questions.map((number) => 2 * number);
    };
    const settled = (answers: PromiseSettledResult<number>[]) =>
      answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message));

    test('are asked again one by one where it may be the fault of one, who alone fails', async () => {
      const ask = answerTogether(failing('poison'), { batchesAtOnce: 1, isOfOne: isPoison });
      expect(settled(await Promise.allSettled([1, 13, 3].map(ask)))).toEqual([2, 'poison', 6]);
      expect(asked.splice(0)).toEqual([[1, 13, 3], [1], [13], [3]]);
      expect(await ask(4)).toBe(8);
      asked.length = 0;
    });

    // Would see: a database that is away asked again by each of hundreds, or a neighbour's value that all suffer for.
    test('may do so by a value, a key, a lock or a race of one, and not by a database that is away', () => {
      const isOfOne = (code: string) => mayBeOfOne(translate(Object.assign(new Error(), { code })));
      expect(['22021', '23505', '55P03', '57014', '40001', '40P01'].filter((code) => !isOfOne(code))).toEqual([]);
      expect(['57P01', '57P03', '53100', '25006', '08006', 'ECONNRESET'].filter(isOfOne)).toEqual([]);
    });

    test('fail together where it is the fault of none', async () => {
      const ask = answerTogether(failing('lost'), { batchesAtOnce: 1, isOfOne: isPoison });
      expect(settled(await Promise.allSettled([1, 13, 3].map(ask)))).toEqual(['lost', 'lost', 'lost']);
      expect(asked.splice(0)).toEqual([[1, 13, 3]]);
    });
  });

  // Would see: a queue that grows for ever behind a database that is too slow.
  test('that have waited too long are turned away, and those behind them at once', async () => {
    let finish: (() => void) | undefined;
    const slow = (questions: readonly number[]) =>
      new Promise<number[]>((resolve) => {
        finish = () => resolve([...questions]);
      });
    const ask = answerTogether(slow, { batchesAtOnce: 1, longestWaitMs: 40 });
    const first = ask(1);
    while (finish === undefined) await sleep(1);
    const late = ask(2).catch((error) => error.code);
    await sleep(30);
    await expect(ask(3)).rejects.toMatchObject({ code: 'unavailable' });
    await sleep(30);
    finish();
    expect(await first).toBe(1);
    expect(await late).toBe('unavailable');
  });
});
