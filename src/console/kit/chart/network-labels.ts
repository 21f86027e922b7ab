import type { NetworkNode, Point } from './network-scene.ts';

/** Where a label is written: within its box, from the left, its middle at `y`. */
export interface PlacedLabel {
  node: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface LabelRoom {
  nodes: readonly NetworkNode[];
  points: readonly Point[];
  /** what can be seen of the picture */
  frame: { left: number; right: number; top: number; bottom: number };
  /** of a label's text, in pixels */
  widthOf: (node: number) => number;
  /** of a line of text */
  height: number;
}

/** Between a node's rim and its label, and around a label. */
const gap = 4;
const apart = 1;

/**
 * Finds places for labels beside their nodes: right, left, below or above, where neither another label nor any of these nodes is.
 * @param wanted nodes by rank: whoever comes first has the choice, and what has no room is left out
 * @param solid nodes that no label may lie on; absent: all
 */
export function placeLabels(
  { nodes, points, frame, widthOf, height }: LabelRoom,
  wanted: readonly number[],
  taken: readonly PlacedLabel[] = [],
  solid: ReadonlySet<number> | undefined = undefined,
): PlacedLabel[] {
  const placed = [...taken];
  const circles = points.flatMap((point, at) =>
    !solid || solid.has(at) ? [{ ...point, radius: nodes[at].radius }] : [],
  );
  const isFree = (box: PlacedLabel) =>
    box.left >= frame.left &&
    box.right <= frame.right &&
    box.top >= frame.top &&
    box.bottom <= frame.bottom &&
    !placed.some((other) => overlap(box, other)) &&
    !circles.some((circle) => isOn(box, circle));
  for (const node of wanted) {
    const box = boxesOf(node, points[node], nodes[node].radius, widthOf(node), height).find(isFree);
    if (box) placed.push(box);
  }
  return placed.slice(taken.length);
}

/** So wide a picture has room for names beside all nodes. */
const wide = 600;

/**
 * On which nodes no label may lie: where there is little room only on those that have names themselves, so that the largest have
 * theirs. undefined: on none.
 */
export function solidAt(nodes: readonly NetworkNode[], width: number): ReadonlySet<number> | undefined {
  if (width >= wide) return undefined;
  return new Set([...nodes.keys()].filter((at) => nodes[at].isNamed));
}

function boxesOf(node: number, { x, y }: Point, radius: number, width: number, height: number): PlacedLabel[] {
  const boxAt = (left: number, top: number) => ({ node, left, right: left + width, top, bottom: top + height });
  const aside = radius + gap;
  return [
    boxAt(x + aside, y - height / 2),
    boxAt(x - aside - width, y - height / 2),
    boxAt(x - width / 2, y + aside),
    boxAt(x - width / 2, y - aside - height),
  ];
}

function overlap(one: PlacedLabel, other: PlacedLabel): boolean {
  return (
    one.left < other.right + apart &&
    one.right > other.left - apart &&
    one.top < other.bottom + apart &&
    one.bottom > other.top - apart
  );
}

function isOn(box: PlacedLabel, { x, y, radius }: Point & { radius: number }): boolean {
  const [nearX, nearY] = [Math.min(Math.max(x, box.left), box.right), Math.min(Math.max(y, box.top), box.bottom)];
  return Math.hypot(x - nearX, y - nearY) < radius + apart;
}
