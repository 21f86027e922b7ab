import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { PannierError } from '../../../src/errors.ts';
import { nothingReleased, type ServedRelease } from '../../../src/recommendations/learnt/served-release.ts';
import { tasteOf } from '../../../src/recommendations/lists/taste.ts';
import { createDatabaseGuard } from '../../../src/recommendations/memory/database-guard.ts';
import type { ItemBehaviour } from '../../../src/recommendations/memory/packing.ts';
import { createSingleFlight } from '../../../src/recommendations/memory/single-flight.ts';
import { createListIds } from '../../../src/recommendations/served-lists/list-ids.ts';

describe('single flight', () => {
  test('asked for while it runs, it runs once more', async () => {
    let begun = 0;
    const flight = createSingleFlight(async () => {
      begun++;
      await sleep(5);
    });
    const first = flight();
    const second = flight();
    const third = flight();
    await first;
    expect(begun).toBe(1);
    await Promise.all([second, third]);
    expect(begun).toBe(2);
  });
});

describe('the guard before the database', () => {
  const unavailable = () => new PannierError('unavailable', 'away');

  test('after one failure everything fails at once, until the probe answers', async () => {
    let isThere = false;
    const onReturn = jest.fn();
    const guard = createDatabaseGuard({
      probe: async () => {
        if (!isThere) throw unavailable();
      },
      onReturn,
      patienceMs: 100,
      probeEveryMs: 5,
    });
    await expect(guard.run(() => Promise.reject(unavailable()))).rejects.toThrow('away');
    expect(guard.away).toBe(true);
    const work = jest.fn(async () => 1);
    await expect(guard.run(work)).rejects.toMatchObject({ code: 'unavailable' });
    expect(work).not.toHaveBeenCalled();
    isThere = true;
    while (guard.away) await sleep(2);
    expect(onReturn).toHaveBeenCalledTimes(1);
    expect(await guard.run(work)).toBe(1);
    guard.stop();
  });

  test('work that is late counts as a database that is away', async () => {
    const guard = createDatabaseGuard({
      probe: () => sleep(1_000),
      onReturn: () => {},
      patienceMs: 20,
      probeEveryMs: 10,
    });
    const begun = Date.now();
    await expect(guard.run(() => sleep(1_000))).rejects.toMatchObject({ code: 'unavailable' });
    expect(Date.now() - begun).toBeLessThan(900);
    expect(guard.away).toBe(true);
    guard.stop();
  });

  test("a statement's own fault leaves the circuit closed", async () => {
    const guard = createDatabaseGuard({ probe: async () => {}, onReturn: () => {}, patienceMs: 50, probeEveryMs: 5 });
    await expect(guard.run(() => Promise.reject(new Error('syntax')))).rejects.toThrow('syntax');
    expect(guard.away).toBe(false);
    guard.stop();
  });
});

describe('list ids', () => {
  test('are UUIDs of version 7, all different, and tell the time', () => {
    const newId = createListIds();
    const now = Date.UTC(2026, 2, 1);
    const ids = Array.from({ length: 20_000 }, (_, count) => newId(now + (count >> 12)));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of [ids[0], ids[4_096], ids[19_999]]) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(Number.parseInt(ids[0].replaceAll('-', '').slice(0, 12), 16)).toBe(now);
  });
});

describe('taste', () => {
  const now = Date.UTC(2026, 2, 2);
  const hour = 3_600_000;
  const release: ServedRelease = {
    ...nothingReleased,
    releaseId: 1,
    collaborative: {
      version: 1,
      asOf: new Date(now - 10 * hour),
      repurchase: 'allow',
      neighbours: { itemCount: 4, offsets: [0, 1, 2, 2, 2], neighbours: [2, 3], weights: [1, 1] },
    },
  };
  const behaviour = (type: ItemBehaviour['type'], item: number, hoursAgo: number): ItemBehaviour => ({
    type,
    item,
    at: now - hoursAgo * hour,
  });
  const candidates = { items: [3], scores: [1], sources: [1], because: [-1] };

  test('what the night has seen is not folded in again, unless it made no list', () => {
    const behaviours = [behaviour('view', 0, 1), behaviour('view', 1, 11)];
    const known = tasteOf({ behaviours, candidates, release, now });
    expect(Array.from(known.ranked.items)).toEqual([3, 2]);
    expect(known.ranked.scores[0]).toBe(1);
    const unknown = tasteOf({ behaviours, candidates: undefined, release, now });
    expect(Array.from(unknown.ranked.items)).toEqual([2, 3]);
  });

  test('the cart is what was added within a day, less what was removed or bought since', () => {
    const behaviours = [
      behaviour('cart_remove', 0, 1),
      behaviour('purchase', 1, 2),
      behaviour('cart_add', 2, 3),
      behaviour('cart_add', 1, 4),
      behaviour('cart_add', 0, 5),
      behaviour('cart_add', 3, 25),
    ];
    expect([...tasteOf({ behaviours, candidates, release, now }).blocked]).toEqual([2]);
  });

  test('where nothing is listed twice, what was bought is kept from the list', () => {
    const behaviours = [behaviour('purchase', 1, 300)];
    const exclude = { ...release, collaborative: { ...release.collaborative!, repurchase: 'exclude' as const } };
    expect([...tasteOf({ behaviours, candidates, release, now }).blocked]).toEqual([]);
    expect([...tasteOf({ behaviours, candidates, release: exclude, now }).blocked]).toEqual([1]);
  });
});
