import { groupOrder } from '../../shared/people/names.ts';

interface Flow {
  from: string | null;
  to: string | null;
  customers: number;
}
export type Side = 'from' | 'to';

export interface FlowNode {
  side: Side;
  id: string | null;
  customers: number;
  y: number;
  height: number;
}

export interface Ribbon extends Flow {
  fromY: number;
  toY: number;
  width: number;
}

const order = [
  ...groupOrder.map((group) => `group-${group}`),
  ...['champions', 'loyal', 'recent', 'needs-attention', 'at-risk', 'inactive'].map((group) => `klaviyo-${group}`),
];
/** The best above, who is in none below. */
const placeOf = (id: string | null) => (id === null ? order.length : order.indexOf(id));
const gap = 12;
/** room for a name and a figure, however few they are */
const leastRoom = 32;

/**
 * Where the columns and ribbons of two nights lie.
 *
 * @returns nodes and ribbons in pixels from the top, and the share of those known to both nights who stayed
 */
export function arrange(flows: readonly Flow[], height: number) {
  const sums = { from: sumsOf(flows, 'from'), to: sumsOf(flows, 'to') };
  const total = flows.reduce((sum, { customers }) => sum + customers, 0);
  const most = Math.max(sums.from.size, sums.to.size);
  const scale = Math.max(height - most * (gap + leastRoom / 2), height / 3) / Math.max(total, 1);
  const nodes = (['from', 'to'] as const).flatMap((side) => stack(side, sums[side], scale));
  const next = new Map(nodes.map((node) => [`${node.side} ${node.id}`, node.y]));
  const take = (key: string, width: number) => {
    const y = next.get(key) ?? 0;
    next.set(key, y + width);
    return y;
  };
  const ribbons = [...flows]
    .sort((one, other) => placeOf(one.from) - placeOf(other.from) || placeOf(one.to) - placeOf(other.to))
    .map((flow): Ribbon => {
      const width = flow.customers * scale;
      return { ...flow, width, fromY: take(`from ${flow.from}`, width), toY: take(`to ${flow.to}`, width) };
    });
  const both = flows.filter(({ from, to }) => from !== null && to !== null);
  const known = both.reduce((sum, { customers }) => sum + customers, 0);
  const same = both.filter(({ from, to }) => from === to).reduce((sum, { customers }) => sum + customers, 0);
  return { nodes, ribbons, stayed: known === 0 ? null : same / known };
}

function sumsOf(flows: readonly Flow[], side: Side): Map<string | null, number> {
  const sums = new Map<string | null, number>();
  for (const flow of flows) sums.set(flow[side], (sums.get(flow[side]) ?? 0) + flow.customers);
  return sums;
}

function stack(side: Side, sums: ReadonlyMap<string | null, number>, scale: number): FlowNode[] {
  let y = 0;
  return [...sums]
    .sort(([one], [other]) => placeOf(one) - placeOf(other))
    .map(([id, customers]) => {
      const own = customers * scale;
      const room = Math.max(own, leastRoom);
      const node = { side, id, customers, y: y + (room - own) / 2, height: Math.max(own, 2) };
      y += room + gap;
      return node;
    });
}
