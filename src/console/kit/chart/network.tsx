import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useShownTheme } from '../../app/preferences.ts';
import { ChartFrame, type ChartTable } from './chart-frame.tsx';
import { type ChartColours, readColours } from './theme.ts';
import { tooltipStyle } from './tooltip.ts';

export interface NetworkProps {
  /** what it shows, in a sentence: read aloud in its place */
  describe: string;
  table: ChartTable;
  /** ECharts' option with series `graph` or `sankey`; drawn anew whenever this function is another one: wrap it in useCallback */
  option: (colours: ChartColours) => EChartsCoreOption;
  height?: number;
  /** a node or edge was pressed; the table has the same as buttons where it matters */
  onPick?: (picked: { name: string; dataType?: 'node' | 'edge'; data: unknown }) => void;
}

/** The library, so that a page may begin to load it before it has what to draw. */
export const loadNetwork = () => import('./echarts.ts');

/** Nodes and what is between them, as graph or Sankey: the one kind of picture for which a library is loaded. */
export function Network({ describe, table, option, height = 420, onPick }: NetworkProps) {
  return (
    <ChartFrame describe={describe} table={table} height={height}>
      <Canvas describe={describe} option={option} height={height} onPick={onPick} />
    </ChartFrame>
  );
}

function Canvas({
  describe,
  option,
  height,
  onPick,
}: Pick<NetworkProps, 'describe' | 'option' | 'onPick'> & { height: number }) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const pick = useRef(onPick);
  pick.current = onPick;
  const theme = useShownTheme();
  const [isReady, setReady] = useState(false);

  useEffect(() => {
    let isGone = false;
    let watcher: ResizeObserver | undefined;
    loadNetwork().then(({ init }) => {
      if (isGone || !element.current) return;
      const made = init(element.current, null, { renderer: 'canvas' });
      made.on('click', (event) => pick.current?.(event as never));
      watcher = new ResizeObserver(() => made.resize());
      watcher.observe(element.current);
      chart.current = made;
      setReady(true);
    });
    return () => {
      isGone = true;
      watcher?.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are other ones in the other theme
  const colours = useMemo(() => readColours(), [theme]);
  useEffect(() => {
    if (!isReady) return;
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const drawn = option(colours);
    chart.current?.setOption(
      {
        animation: !isStill,
        animationDuration: 250,
        textStyle: { fontFamily: colours.font, color: colours.text },
        ...drawn,
        ...tooltipStyle(drawn),
      },
      // Drawn in the next frame, in a turn of its own.
      { notMerge: true, lazyUpdate: true },
    );
  }, [isReady, option, colours]);

  return (
    <div className="chart-canvas" style={{ height }} role="img" aria-label={describe} aria-busy={!isReady}>
      <div ref={element} style={{ height }} aria-hidden="true" />
    </div>
  );
}
