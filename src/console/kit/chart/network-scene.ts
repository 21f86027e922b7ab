/** What is joined: where it stands is up to whoever lays it out, in any unit. */
export interface NetworkNode {
  id: string;
  x: number;
  y: number;
  /** pixels */
  radius: number;
  label: string;
  /** The label is shown always where there is room; otherwise only while the pointer is on it or on what it is joined with. */
  isNamed: boolean;
}

export interface NetworkEdge {
  source: string;
  target: string;
  /** how far it bends, as a share of its length, so that several between the same two are seen */
  bend: number;
  /** pixels */
  width: number;
  opacity: number;
}

export interface Point {
  x: number;
  y: number;
}

/** A line as it is drawn: from the rim of one node to the rim of the other, by a point that draws it aside. */
export interface Curve {
  from: Point;
  by: Point;
  to: Point;
}

/** What is under the pointer: one of them by its place. */
export type Picked = { node: number } | { edge: number };

export interface Margin {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A picture of nodes and lines, in pixels: what stands where, and what is where somebody points. */
export interface Scene {
  points: readonly Point[];
  curves: readonly (Curve | undefined)[];
  /** nodes that are joined with this one, and lines that end in it */
  around(picked: Picked): { nodes: ReadonlySet<number>; edges: ReadonlySet<number> };
  pick(at: Point): Picked | undefined;
}

/** How far beside a line or a node the pointer still means it. */
const nearNode = 3;
const nearLine = 5;

/** All of it as large as fits into the frame between its margins, and in the middle of it. */
export function fitInto(
  nodes: readonly NetworkNode[],
  frame: { width: number; height: number },
  margin: Margin,
): Point[] {
  const [xs, ys] = [nodes.map(({ x }) => x), nodes.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const [roomX, roomY] = [frame.width - margin.left - margin.right, frame.height - margin.top - margin.bottom];
  const scales = [wide > 0 ? roomX / wide : Infinity, high > 0 ? roomY / high : Infinity];
  const least = Math.min(...scales);
  const scale = Number.isFinite(least) ? Math.max(least, 0) : 1;
  const [startX, startY] = [margin.left + (roomX - wide * scale) / 2, margin.top + (roomY - high * scale) / 2];
  return nodes.map(({ x, y }) => ({ x: startX + (x - left) * scale, y: startY + (y - top) * scale }));
}

/** Of a usual line at least so much is seen between the largest nodes. */
const leastSeen = 0.3;
const leastRadius = 1.5;

/** Nodes so small that what is between them is seen, where they stand close together. @param points of each node, in its order */
export function withRoom<Node extends NetworkNode>(
  nodes: readonly Node[],
  edges: readonly NetworkEdge[],
  points: readonly Point[],
): Node[] {
  const placeOf = new Map(nodes.map(({ id }, place) => [id, place]));
  const lengths = edges.flatMap(({ source, target }) => {
    const [from, to] = [points[placeOf.get(source) ?? -1], points[placeOf.get(target) ?? -1]];
    return from && to && from !== to ? [distance(from, to)] : [];
  });
  const usual = lengths.sort((one, other) => one - other)[lengths.length >> 1] ?? Infinity;
  const most = Math.max(...nodes.map(({ radius }) => radius));
  const factor = Math.min(1, ((1 - leastSeen) * usual) / (2 * most));
  return nodes.map((node) => ({ ...node, radius: Math.max(node.radius * factor, leastRadius) }));
}

/** @param points of each node, in its order */
export function sceneOf(nodes: readonly NetworkNode[], edges: readonly NetworkEdge[], points: readonly Point[]): Scene {
  const placeOf = new Map(nodes.map(({ id }, place) => [id, place]));
  const ends = edges.map(({ source, target }) => [placeOf.get(source) ?? -1, placeOf.get(target) ?? -1] as const);
  const curves = edges.map(({ bend }, at) => {
    const [source, target] = ends[at];
    const [from, to] = [points[source], points[target]];
    if (!from || !to || source === target) return undefined;
    return betweenRims(bent(from, to, bend), nodes[source].radius, nodes[target].radius);
  });
  function around(picked: Picked) {
    if ('edge' in picked) return { nodes: new Set(ends[picked.edge]), edges: new Set([picked.edge]) };
    const own = new Set([...ends.keys()].filter((edge) => ends[edge].includes(picked.node)));
    return { nodes: new Set([picked.node, ...[...own].flatMap((edge) => ends[edge])]), edges: own };
  }
  function pick(at: Point): Picked | undefined {
    // Who is drawn last lies on top.
    for (let node = nodes.length - 1; node >= 0; node--) {
      if (distance(points[node], at) <= nodes[node].radius + nearNode) return { node };
    }
    let [nearest, edge] = [nearLine, -1];
    curves.forEach((curve, place) => {
      const away = curve ? Math.max(distanceTo(curve, at) - edges[place].width / 2, 0) : Infinity;
      if (away < nearest) [nearest, edge] = [away, place];
    });
    return edge < 0 ? undefined : { edge };
  }
  return { points, curves, around, pick };
}

const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);

function bent(from: Point, to: Point, bend: number): Curve {
  const by = {
    x: (from.x + to.x) / 2 - (from.y - to.y) * bend,
    y: (from.y + to.y) / 2 - (to.x - from.x) * bend,
  };
  return { from, by, to };
}

/** Where a curve is after this share of its way. */
export function pointOn({ from, by, to }: Curve, share: number): Point {
  const [a, b, c] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
  return { x: a * from.x + b * by.x + c * to.x, y: a * from.y + b * by.y + c * to.y };
}

/** The part of it that lies outside of both nodes; undefined where they cover it. */
function betweenRims(curve: Curve, sourceRadius: number, targetRadius: number): Curve | undefined {
  const start = leaves(curve, sourceRadius);
  const end = 1 - leaves({ from: curve.to, by: curve.by, to: curve.from }, targetRadius);
  if (start >= end) return undefined;
  // The tangents of a part's ends meet in the point that draws it aside.
  const by = (share: number, other: number) => {
    const [a, b, c] = [(1 - share) * (1 - other), share + other - 2 * share * other, share * other];
    const { from, by: aside, to } = curve;
    return { x: a * from.x + b * aside.x + c * to.x, y: a * from.y + b * aside.y + c * to.y };
  };
  return { from: pointOn(curve, start), by: by(start, end), to: pointOn(curve, end) };
}

/** After which share of its way it is so far from its beginning. */
function leaves(curve: Curve, radius: number): number {
  let [inside, outside] = [0, 1];
  for (let round = 0; round < 12; round++) {
    const middle = (inside + outside) / 2;
    if (distance(pointOn(curve, middle), curve.from) < radius) inside = middle;
    else outside = middle;
  }
  return outside;
}

const pieces = 12;

function distanceTo(curve: Curve, at: Point): number {
  let [nearest, before] = [Infinity, curve.from];
  for (let piece = 1; piece <= pieces; piece++) {
    const after = pointOn(curve, piece / pieces);
    nearest = Math.min(nearest, distanceToLine(before, after, at));
    before = after;
  }
  return nearest;
}

function distanceToLine(from: Point, to: Point, at: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.min(Math.max(((at.x - from.x) * dx + (at.y - from.y) * dy) / length, 0), 1);
  return distance({ x: from.x + share * dx, y: from.y + share * dy }, at);
}
