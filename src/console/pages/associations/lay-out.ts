/** What is joined by what. */
export interface Joined {
  nodes: readonly { id: string }[];
  edges: readonly { source: string; target: string }[];
}

export interface Place {
  x: number;
  y: number;
}

/** An island of items that rules join, with its corner at 0, 0; one unit is a usual line. */
interface Island {
  ids: string[];
  places: Place[];
  width: number;
  height: number;
}

const mostStretched = 1.8;

/** Whoever stands on one another is pushed as from here. */
const nearest = 0.01;

/** Beside an item stands its name. */
const roomOfName = { right: 2.3, around: 0.5 };

/**
 * Where items stand: each island by forces of its own (Fruchterman and Reingold, 1991), then the islands in rows, so that all of it
 * fits a frame. The same rules stand the same way whenever they are drawn. It stops after every round, so that others get their turn.
 * @param aspect the frame's width over its height
 */
export function* layOut({ nodes, edges }: Joined, aspect: number): Generator<undefined, Map<string, Place>> {
  const islands: Island[] = [];
  for (const ids of findIslands(nodes, edges)) islands.push(yield* layOutIsland(ids, edges));
  islands.sort((one, other) => other.height - one.height);
  const area = islands.reduce((sum, { width, height }) => sum + width * height, 0);
  const widest = Math.max(0, ...islands.map(({ width }) => width));
  // Rows are never full: of several widths the one whose rows come nearest to the frame's shape is taken.
  const tried = [1, 1.15, 1.3, 1.5].map((wider) => inRows(islands, Math.max(widest, wider * Math.sqrt(area * aspect))));
  const sizeOf = ({ width, height }: { width: number; height: number }) => Math.max(width, height * aspect);
  return stretched(tried.reduce((best, one) => (sizeOf(one) < sizeOf(best) ? one : best)).places, aspect);
}

/** What is too narrow or too low for the frame is drawn out, but not so far that lines of a kind are of different length. */
function stretched(places: Map<string, Place>, aspect: number): Map<string, Place> {
  const [xs, ys] = [[...places.values()].map(({ x }) => x), [...places.values()].map(({ y }) => y)];
  const width = Math.max(...xs) - Math.min(...xs);
  const height = Math.max(...ys) - Math.min(...ys);
  if (width <= 0 || height <= 0) return places;
  const factor = Math.min(Math.max((aspect * height) / width, 1 / mostStretched), mostStretched);
  return new Map([...places].map(([id, { x, y }]) => [id, { x: x * factor, y }]));
}

function findIslands(nodes: Joined['nodes'], edges: Joined['edges']): string[][] {
  const islandOf = new Map(nodes.map(({ id }) => [id, [id]]));
  for (const { source, target } of edges) {
    const [one, other] = [islandOf.get(source) ?? [], islandOf.get(target) ?? []];
    if (one === other) continue;
    for (const id of other) islandOf.set(id, one);
    one.push(...other);
  }
  return [...new Set(islandOf.values())];
}

function* layOutIsland(ids: string[], edges: Joined['edges']): Generator<undefined, Island> {
  const index = new Map(ids.map((id, place) => [id, place]));
  const lines = edges.flatMap(({ source, target }): [number, number][] => {
    const [from, to] = [index.get(source), index.get(target)];
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  const radius = Math.sqrt(ids.length) / 2;
  // Begun from the top, so that the names of two stand below each other.
  const angles = ids.map((_, place) => (2 * Math.PI * place) / ids.length - Math.PI / 2);
  const xs = Float64Array.from(angles, (angle) => radius * Math.cos(angle));
  const ys = Float64Array.from(angles, (angle) => radius * Math.sin(angle));
  const forces: [Float64Array, Float64Array] = [new Float64Array(ids.length), new Float64Array(ids.length)];
  const rounds = ids.length > 60 ? 70 : 140;
  for (let round = 0; round < rounds; round++) {
    step([xs, ys], forces, lines, (radius / 2) * (1 - round / rounds) + 0.01);
    yield;
  }
  const left = Math.min(...xs) - roomOfName.around;
  const top = Math.min(...ys) - roomOfName.around;
  const moved = ids.map((_, place): Place => ({ x: xs[place] - left, y: ys[place] - top }));
  return {
    ids,
    places: moved,
    width: Math.max(...moved.map(({ x }) => x)) + roomOfName.right,
    height: Math.max(...moved.map(({ y }) => y)) + roomOfName.around,
  };
}

/**
 * All push each other away, lines pull; nobody goes farther than `most`.
 * @param forces room for as many: overwritten
 */
function step(
  [xs, ys]: [Float64Array, Float64Array],
  [toX, toY]: [Float64Array, Float64Array],
  lines: readonly (readonly [number, number])[],
  most: number,
): void {
  toX.fill(0);
  toY.fill(0);
  for (let one = 0; one < xs.length; one++) {
    for (let other = one + 1; other < xs.length; other++) {
      const [dx, dy] = [xs[one] - xs[other], ys[one] - ys[other]];
      const push = 1 / Math.max(dx * dx + dy * dy, nearest * nearest);
      toX[one] += dx * push;
      toY[one] += dy * push;
      toX[other] -= dx * push;
      toY[other] -= dy * push;
    }
  }
  for (const [from, to] of lines) {
    const [dx, dy] = [xs[from] - xs[to], ys[from] - ys[to]];
    const pull = Math.max(Math.sqrt(dx * dx + dy * dy), nearest) / 2;
    toX[from] -= dx * pull;
    toY[from] -= dy * pull;
    toX[to] += dx * pull;
    toY[to] += dy * pull;
  }
  for (let at = 0; at < xs.length; at++) {
    const size = Math.max(Math.sqrt(toX[at] ** 2 + toY[at] ** 2), 1e-9);
    xs[at] += (toX[at] / size) * Math.min(size, most);
    ys[at] += (toY[at] / size) * Math.min(size, most);
  }
}

function inRows(islands: readonly Island[], rowWidth: number) {
  const places = new Map<string, Place>();
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const island of islands) {
    if (x > 0 && x + island.width > rowWidth) [x, y, rowHeight] = [0, y + rowHeight, 0];
    island.ids.forEach((id, at) => {
      const place = island.places[at] ?? { x: 0, y: 0 };
      places.set(id, { x: x + place.x, y: y + place.y });
    });
    x += island.width;
    width = Math.max(width, x);
    rowHeight = Math.max(rowHeight, island.height);
  }
  return { places, width, height: y + rowHeight };
}
