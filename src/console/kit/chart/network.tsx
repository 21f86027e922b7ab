import { type PointerEvent, type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useShownTheme } from '../../app/preferences.ts';
import { ChartFrame, type ChartTable } from './chart-frame.tsx';
import { ChartTip, type TipLine } from './chart-tip.tsx';
import { paintNetwork } from './network-painter.ts';
import {
  fitInto,
  type Margin,
  type NetworkEdge,
  type NetworkNode,
  type Picked,
  type Point,
  sceneOf,
  withRoom,
} from './network-scene.ts';
import { readColours } from './theme.ts';

export interface NetworkProps {
  /** what it shows, in a sentence: read aloud in its place */
  describe: string;
  table: ChartTable;
  nodes: readonly NetworkNode[];
  edges: readonly NetworkEdge[];
  margin: Margin;
  width: number;
  height: number;
  tipOf: (picked: Picked) => { title: string; lines: readonly TipLine[] };
  /** a node or line was pressed; the table has the same as buttons where it matters */
  onPick: (picked: Picked) => void;
}

/** Nodes and what is between them. It is drawn aside where it is taken hold of, and so is a node. Another picture wants another `key`. */
export function Network({ describe, table, ...drawn }: NetworkProps) {
  return (
    <ChartFrame describe={describe} table={table} height={drawn.height}>
      <Drawing describe={describe} {...drawn} />
    </ChartFrame>
  );
}

/** So far a press may go astray. */
const steady = 4;

/** Who holds what since when. */
interface Hold {
  node: number | undefined;
  start: Point;
  last: Point;
  hasMoved: boolean;
}

function Drawing({ describe, nodes: given, edges, margin, width, height, tipOf, onPick }: Omit<NetworkProps, 'table'>) {
  const element = useRef<HTMLCanvasElement>(null);
  const hold = useRef<Hold>(undefined);
  const [shift, setShift] = useState<Point>({ x: 0, y: 0 });
  const [moved, setMoved] = useState<ReadonlyMap<number, Point>>(new Map());
  const [pointer, setPointer] = useState<{ at: Point; on: Picked }>();
  const fitted = useMemo(() => fitInto(given, { width, height }, margin), [given, width, height, margin]);
  const nodes = useMemo(() => withRoom(given, edges, fitted), [given, edges, fitted]);
  const scene = useMemo(
    () =>
      sceneOf(
        nodes,
        edges,
        fitted.map((point, at) => moved.get(at) ?? point),
      ),
    [nodes, edges, fitted, moved],
  );
  const theme = useShownTheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are other ones in the other theme
  const colours = useMemo(() => readColours(), [theme]);
  const meant = pointer?.on;
  usePainting(element, { width, height }, { nodes, edges, scene, colours, shift, meant });

  const pointAt = (event: PointerEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pickAt = (at: Point) => scene.pick({ x: at.x - shift.x, y: at.y - shift.y });
  function begin(event: PointerEvent) {
    const at = pointAt(event);
    const picked = pickAt(at);
    hold.current = { node: picked && 'node' in picked ? picked.node : undefined, start: at, last: at, hasMoved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  }
  function move(event: PointerEvent) {
    const [at, held] = [pointAt(event), hold.current];
    if (!held) {
      const on = pickAt(at);
      return setPointer(on && { at, on });
    }
    held.hasMoved ||= Math.hypot(at.x - held.start.x, at.y - held.start.y) > steady;
    if (!held.hasMoved) return;
    const { node, last } = held;
    const by = { x: at.x - last.x, y: at.y - last.y };
    held.last = at;
    setPointer(undefined);
    if (node === undefined) setShift((before) => ({ x: before.x + by.x, y: before.y + by.y }));
    else {
      setMoved((before) => {
        const point = before.get(node) ?? fitted[node];
        return new Map(before).set(node, { x: point.x + by.x, y: point.y + by.y });
      });
    }
  }
  function end(event: PointerEvent) {
    const isPress = hold.current && !hold.current.hasMoved;
    hold.current = undefined;
    const picked = isPress && pickAt(pointAt(event));
    if (picked) onPick(picked);
  }
  const letGo = () => {
    hold.current = undefined;
    setPointer(undefined);
  };
  return (
    <div className="network" style={{ height }}>
      <canvas
        ref={element}
        role="img"
        aria-label={describe}
        className={meant ? 'is-pickable' : undefined}
        style={{ width, height }}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={letGo}
        onPointerLeave={letGo}
      />
      {pointer && <ChartTip {...tipOf(pointer.on)} style={beside(pointer.at, { width, height })} />}
    </div>
  );
}

/** Where there is more room. */
function beside({ x, y }: Point, { width, height }: { width: number; height: number }) {
  return {
    ...(x > width / 2 ? { right: width - x + 14 } : { left: x + 14 }),
    ...(y > height / 2 ? { bottom: height - y + 14 } : { top: y + 14 }),
    maxWidth: Math.max(width / 2, 160),
  };
}

/** Painted once a frame at most, however often it changes in between. */
function usePainting(
  element: RefObject<HTMLCanvasElement | null>,
  size: { width: number; height: number },
  painting: Parameters<typeof paintNetwork>[2],
): void {
  const { width, height } = size;
  const { nodes, edges, scene, colours, shift, meant } = painting;
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is painted
  useLayoutEffect(() => {
    const frame = requestAnimationFrame(() => {
      const canvas = element.current;
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return;
      const density = window.devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * density), Math.round(height * density)];
      // To set a canvas' size empties it.
      if (canvas.width !== wide) canvas.width = wide;
      if (canvas.height !== high) canvas.height = high;
      paintNetwork(context, size, painting);
    });
    return () => cancelAnimationFrame(frame);
  }, [nodes, edges, scene, colours, shift, meant, width, height]);
}
