import { placeLabels, solidAt } from './network-labels.ts';
import type { Curve, NetworkEdge, NetworkNode, Picked, Point, Scene } from './network-scene.ts';
import type { ChartColours } from './theme.ts';

const labelSize = 11;
const arrowLength = 6;
/** What is not meant stays in sight, far behind. */
const behind = { node: 0.25, edge: 0.08, label: 0.2 };

export interface Painting {
  nodes: readonly NetworkNode[];
  edges: readonly NetworkEdge[];
  scene: Scene;
  colours: ChartColours;
  /** how far the whole is drawn aside */
  shift: Point;
  /** what the pointer is on: it and what it is joined with stand out */
  meant: Picked | undefined;
}

/** Draws nodes, what is between them and their labels, as far as these lie neither on one another nor on nodes. @param size in pixels of the page */
export function paintNetwork(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  painting: Painting,
): void {
  const { nodes, edges, scene, colours, shift, meant } = painting;
  const stands = meant && scene.around(meant);
  const density = context.canvas.width / size.width;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.translate(shift.x, shift.y);
  context.strokeStyle = context.fillStyle = colours.series[1];
  context.lineCap = 'round';
  scene.curves.forEach((curve, at) => {
    if (!curve) return;
    const isMeant = stands?.edges.has(at);
    context.globalAlpha = !stands ? edges[at].opacity : isMeant ? 1 : behind.edge;
    drawArrow(context, curve, edges[at].width);
  });
  context.lineWidth = 1;
  context.fillStyle = colours.series[0];
  context.strokeStyle = colours.surface;
  scene.points.forEach(({ x, y }, at) => {
    // Lines that go by do not shine through.
    context.globalAlpha = !stands || stands.nodes.has(at) ? 1 : behind.node;
    context.beginPath();
    context.arc(x, y, nodes[at].radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
  drawLabels(context, painting, size, stands?.nodes);
  context.globalAlpha = 1;
}

function drawArrow(context: CanvasRenderingContext2D, { from, by, to }: Curve, width: number): void {
  const length = Math.hypot(to.x - by.x, to.y - by.y) || 1;
  const [dx, dy] = [(to.x - by.x) / length, (to.y - by.y) / length];
  const half = 2 + width / 2;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(from.x, from.y);
  // It ends within its head, which would be blunt otherwise.
  context.quadraticCurveTo(by.x, by.y, to.x - (dx * arrowLength) / 2, to.y - (dy * arrowLength) / 2);
  context.stroke();
  context.beginPath();
  context.moveTo(to.x, to.y);
  context.lineTo(to.x - dx * arrowLength - dy * half, to.y - dy * arrowLength + dx * half);
  context.lineTo(to.x - dx * arrowLength + dy * half, to.y - dy * arrowLength - dx * half);
  context.fill();
}

/** Larger nodes first; those that the pointer means before all others, and then over what stands behind. */
function drawLabels(
  context: CanvasRenderingContext2D,
  { nodes, scene, colours, shift }: Painting,
  size: { width: number; height: number },
  stands: ReadonlySet<number> | undefined,
): void {
  context.font = `${labelSize}px ${colours.font}`;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 3;
  // Readable over the lines that it crosses.
  context.strokeStyle = colours.surface;
  context.fillStyle = colours.text;
  const room = {
    nodes,
    points: scene.points,
    frame: { left: -shift.x, right: size.width - shift.x, top: -shift.y, bottom: size.height - shift.y },
    widthOf: (at: number) => context.measureText(nodes[at].label).width,
    height: labelSize + 2,
  };
  const bySize = [...nodes.keys()].sort((one, other) => nodes[other].radius - nodes[one].radius);
  const meant = stands
    ? placeLabels(
        room,
        bySize.filter((at) => stands.has(at)),
        [],
        stands,
      )
    : [];
  const others = placeLabels(
    room,
    bySize.filter((at) => nodes[at].isNamed && !stands?.has(at)),
    meant,
    solidAt(nodes, size.width),
  );
  for (const { node, left, top, bottom } of [...meant, ...others]) {
    context.globalAlpha = !stands || stands.has(node) ? 1 : behind.label;
    context.strokeText(nodes[node].label, left, (top + bottom) / 2);
    context.fillText(nodes[node].label, left, (top + bottom) / 2);
  }
}
