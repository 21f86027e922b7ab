import { expect, test } from '@jest/globals';
import { layOut } from '../../../src/console/pages/associations/lay-out.ts';
import { inSlices } from '../../../src/console/shared/in-slices.ts';

/** Takes so long in so many steps. */
function* slowWork(steps: number, ms: number): Generator<undefined, string> {
  for (let step = 0; step < steps; step++) {
    for (const until = performance.now() + ms; performance.now() < until; );
    yield;
  }
  return 'done';
}

// Would see: work that keeps the page from answering until it is over.
test('work in slices lets others have their turn, and can be called off', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  expect(await inSlices(slowWork(20, 5), new AbortController().signal)).toBe('done');
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(5);
  const control = new AbortController();
  setTimeout(() => control.abort(), 20);
  const begun = performance.now();
  expect(await inSlices(slowWork(10_000, 5), control.signal)).toBeUndefined();
  expect(performance.now() - begun).toBeLessThan(10_000);
});

// A ring of five and a pair: two islands.
const graph = {
  nodes: ['a', 'b', 'c', 'd', 'e', 'x', 'y'].map((id) => ({ id })),
  edges: ['ab', 'bc', 'cd', 'de', 'ea', 'xy'].map(([source, target]) => ({ source, target })),
};

test('a graph stands the same way each time, every item at a place of its own, and stops between its rounds', () => {
  const run = () => {
    const work = layOut(graph, 1.5);
    for (let stops = 0; ; stops++) {
      const { done, value } = work.next();
      if (done) return { stops, places: value };
    }
  };
  const [one, other] = [run(), run()];
  expect(one).toEqual(other);
  expect(one.stops).toBeGreaterThan(100);
  const places = [...one.places.values()];
  expect(places.map(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toEqual(Array(7).fill(true));
  const distance = (from: string, to: string) => {
    const [a, b] = [one.places.get(from)!, one.places.get(to)!];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  // Who is joined stands nearer than who is across the ring.
  expect(distance('a', 'b')).toBeLessThan(distance('a', 'c'));
});
