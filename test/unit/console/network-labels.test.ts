import { expect, test } from '@jest/globals';
import { placeLabels, solidAt } from '../../../src/console/kit/chart/network-labels.ts';
import type { NetworkNode } from '../../../src/console/kit/chart/network-scene.ts';

const node = (id: string, x: number, y: number, radius = 5): NetworkNode => ({
  ...{ id, x, y, radius, label: id, isNamed: true },
});
const frame = { left: 0, right: 600, top: 0, bottom: 400 };
const roomOf = (nodes: readonly NetworkNode[], width = 60) => ({
  ...{ nodes, points: nodes, frame, widthOf: () => width, height: 13 },
});

test('a label stands right of its node, else left, below or above, and nowhere where there is no room', () => {
  const one = node('a', 300, 200);
  const beside = [node('b', 340, 200), node('c', 260, 200), node('d', 300, 220), node('e', 300, 180)];
  const placeOf = (others: readonly NetworkNode[]) => {
    const [label] = placeLabels(roomOf([one, ...others]), [0]);
    return label && [label.left, label.top];
  };
  expect([0, 1, 2, 3, 4].map((count) => placeOf(beside.slice(0, count)))).toEqual([
    [309, 193.5],
    [231, 193.5],
    [270, 209],
    [270, 178],
    undefined,
  ]);
  // Out of sight is no room either.
  expect(placeLabels(roomOf([node('a', 590, 200)]), [0])).toMatchObject([{ right: 581 }]);
});

test('who comes first has the choice; behind what is meant others may lie', () => {
  const nodes = [node('a', 300, 200), node('b', 340, 200, 8)];
  expect(placeLabels(roomOf(nodes), [1, 0]).map(({ node: at, left }) => [at, left])).toEqual([
    [1, 352],
    [0, 231],
  ]);
  expect(placeLabels(roomOf(nodes), [0], [], new Set([0]))).toMatchObject([{ left: 309 }]);
});

// Would see: a name that lies on another or on a node, whichever it is of.
test('among 300 nodes no label lies on another or on a node', () => {
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const nodes = Array.from({ length: 300 }, (_, at) =>
    node(`n${at}`, 600 * random(), 400 * random(), 2 + 8 * random()),
  );
  const labels = placeLabels(roomOf(nodes, 70), [...nodes.keys()]);
  expect(labels.length).toBeGreaterThan(10);
  const isInside = (x: number, y: number, at: { left: number; right: number; top: number; bottom: number }) =>
    x > at.left && x < at.right && y > at.top && y < at.bottom;
  for (const [place, label] of labels.entries()) {
    for (const other of labels.slice(place + 1)) {
      const aside = label.right <= other.left || other.right <= label.left;
      expect(aside || label.bottom <= other.top || other.bottom <= label.top).toBe(true);
    }
    // Points of each rim, and its middle.
    for (const { x, y, radius } of nodes) {
      const rim = Array.from({ length: 64 }, (_, turn) => (turn * Math.PI) / 32);
      const points = [[x, y], ...rim.map((turn) => [x + radius * Math.cos(turn), y + radius * Math.sin(turn)])];
      expect(points.some(([px, py]) => isInside(px, py, label))).toBe(false);
    }
  }
});

// Would see: a phone's graph without a name, because every place for one lies on some small node.
test('in a narrow picture the largest have names, over the smallest where need be', () => {
  const small = Array.from({ length: 1200 }, (_, at) => ({
    ...node(`s${at}`, 5 + 12 * (at % 28), 6 + 12 * Math.floor(at / 28), 3),
    isNamed: false,
  }));
  const large = [node('a', 60, 80, 9), node('b', 180, 240, 9), node('c', 90, 400, 9)];
  const nodes = [...small, ...large];
  const at390 = { ...roomOf(nodes, 90), frame: { left: 0, right: 340, top: 0, bottom: 520 } };
  const wanted = [1200, 1201, 1202];
  expect(placeLabels(at390, wanted, [], undefined)).toEqual([]);
  expect(placeLabels(at390, wanted, [], solidAt(nodes, 340)).map(({ node: of }) => of)).toEqual(wanted);
  expect(solidAt(nodes, 900)).toBeUndefined();
});
