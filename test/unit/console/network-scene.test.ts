import { expect, test } from '@jest/globals';
import {
  fitInto,
  type NetworkEdge,
  type NetworkNode,
  pointOn,
  sceneOf,
  withRoom,
} from '../../../src/console/kit/chart/network-scene.ts';

const node = (id: string, x: number, y: number, radius = 10): NetworkNode => ({
  ...{ id, x, y, radius, label: id, isNamed: true },
});
const edge = (source: string, target: string, bend = 0): NetworkEdge => ({
  source,
  target,
  bend,
  width: 2,
  opacity: 1,
});
const margin = { left: 10, right: 30, top: 20, bottom: 20 };

test('a picture is as large as fits between its margins, keeps its shape, and stands in the middle', () => {
  // Twice as wide as high, in a frame of 100 by 100 within its margins: 100 by 50, with 25 above and below.
  const placed = fitInto([node('a', 5, 5), node('b', 9, 7), node('c', 7, 6)], { width: 140, height: 140 }, margin);
  expect(placed).toEqual([
    { x: 10, y: 45 },
    { x: 110, y: 95 },
    { x: 60, y: 70 },
  ]);
  // One alone, and two in a line, have no height to fill.
  expect(fitInto([node('a', 3, 3)], { width: 140, height: 140 }, margin)).toEqual([{ x: 60, y: 70 }]);
  const [, right] = fitInto([node('a', 0, 0), node('b', 1, 0)], { width: 140, height: 140 }, margin);
  expect(right).toEqual({ x: 110, y: 70 });
});

test('a line goes from rim to rim, straight or bent, and is not drawn where its ends cover it', () => {
  const nodes = [node('a', 0, 0), node('b', 100, 0, 20), node('c', 105, 0)];
  const { curves } = sceneOf(nodes, [edge('a', 'b'), edge('a', 'b', 0.3), edge('b', 'c'), edge('a', 'a')], nodes);
  const [straight, bent, covered, loop] = curves;
  expect([straight?.from.x, straight?.to.x]).toEqual([expect.closeTo(10, 1), expect.closeTo(80, 1)]);
  expect([covered, loop]).toEqual([undefined, undefined]);
  expect(Math.hypot(bent!.from.x, bent!.from.y)).toBeCloseTo(10, 1);
  expect(Math.hypot(bent!.to.x - 100, bent!.to.y)).toBeCloseTo(20, 1);
  // It is a part of the curve from middle to middle: a parabola that is drawn aside by .3 of 100 and so goes through half of that.
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const { x, y } = pointOn(bent!, share);
    expect(y).toBeCloseTo(-60 * (x / 100) * (1 - x / 100), 5);
  }
});

test('what is under the pointer: the node on top, else the nearest line; nothing where nothing is', () => {
  const nodes = [node('a', 0, 0), node('b', 100, 0), node('c', 104, 0)];
  const scene = sceneOf(nodes, [edge('a', 'b'), edge('a', 'b', 0.12), edge('b', 'c')], nodes);
  expect(scene.pick({ x: 3, y: 4 })).toEqual({ node: 0 });
  expect(scene.pick({ x: 102, y: 0 })).toEqual({ node: 2 });
  expect(scene.pick({ x: 50, y: 2 })).toEqual({ edge: 0 });
  expect(scene.pick({ x: 50, y: -5 })).toEqual({ edge: 1 });
  expect([scene.pick({ x: 50, y: 20 }), scene.pick({ x: -30, y: 0 })]).toEqual([undefined, undefined]);
});

test('what belongs to a node: those it is joined with in either direction; to a line: its ends', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((id, at) => node(id, at * 50, 0));
  const scene = sceneOf(nodes, [edge('a', 'b'), edge('c', 'a'), edge('c', 'd')], nodes);
  expect(scene.around({ node: 0 })).toEqual({ nodes: new Set([0, 1, 2]), edges: new Set([0, 1]) });
  expect(scene.around({ edge: 2 })).toEqual({ nodes: new Set([2, 3]), edges: new Set([2]) });
  const alone = sceneOf([node('e', 0, 0)], [], [{ x: 0, y: 0 }]);
  expect(alone.around({ node: 0 })).toEqual({ nodes: new Set([0]), edges: new Set() });
});

test('where nodes stand close they are drawn smaller, so that what is between them is seen', () => {
  const nodes = [node('a', 0, 0, 20), node('b', 10, 0, 10), node('c', 20, 0, 20)];
  const edges = [edge('a', 'b'), edge('b', 'c'), edge('a', 'c')];
  const close = withRoom(nodes, edges, nodes);
  // Of lines of 10, 10 and 20 the usual one is 10: two of the largest leave .3 of it free.
  expect(close.map(({ radius }) => radius)).toEqual([3.5, 1.75, 3.5]);
  const far = nodes.map(({ x, y }) => ({ x: x * 50, y }));
  expect(withRoom(nodes, edges, far).map(({ radius }) => radius)).toEqual([20, 10, 20]);
  expect(withRoom(nodes, [], nodes).map(({ radius }) => radius)).toEqual([20, 10, 20]);
});
