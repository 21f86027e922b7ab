import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  type ChartColours,
  faded,
  loadNetwork,
  Network,
  Panel,
  Skeleton,
  tooltipNode,
  useUrlState,
  useWidth,
} from '../../kit/index.ts';
import { namesOf } from '../../shared/goods/names.ts';
import { ruleText } from '../../shared/goods/rule-name.tsx';
import { inSlices } from '../../shared/in-slices.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { graphOf, type Node, type RuleGraphData } from './graph-of.ts';
import { layOut, type Place } from './lay-out.ts';
import { mostDrawn, type Rules } from './rules.ts';
import { texts } from './texts.ts';

/** What the library gives back of what it was given. */
interface DrawnEdge {
  /** its place among the edges */
  at: number;
}

interface Picked {
  dataType?: string;
  data: Node | DrawnEdge;
}

const height = 520;
// While the rules are on their way.
void loadNetwork();

/** Items, and rules between them: size is sales, width is lift, colour is confidence. */
export function RuleGraph({ rules, source }: { rules: Rules; source: Source }) {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  const [, , setAll] = useUrlState('rule', '');
  const names = useMemo(() => namesOf(rules.named_items), [rules]);
  const graph = useMemo(() => graphOf(rules), [rules]);
  const [frame, width] = useWidth<HTMLDivElement>();
  // A window that is drawn wider does not draw the graph anew at every pixel.
  const room = Math.max(240, Math.round(width / 40) * 40);
  const laid = useLayout(graph, width > 0 ? room : undefined);
  const drawn = laid?.graph ?? graph;
  const tip = useCallback(
    ({ dataType, data }: Picked) => {
      const edge = dataType === 'edge' ? drawn.edges[(data as DrawnEdge).at] : undefined;
      if (edge) {
        const { rule } = edge;
        return tooltipNode(ruleText(rule, names), [
          { name: words.confidence, value: format.percent(rule.confidence) },
          { name: words.lift, value: format.number(rule.lift) },
          { name: words.support, value: format.percent(rule.support, 2) },
          { name: words.count, value: format.count(rule.count) },
        ]);
      }
      const { id, orders, ruleCount } = data as Node;
      return tooltipNode(names.get(id) ?? id, [
        { name: t.orders, value: format.count(orders) },
        { name: t.table, value: format.count(ruleCount) },
      ]);
    },
    [drawn, names, words, format, t],
  );
  const option = useCallback(
    (colours: ChartColours) => drawGraph(drawn, laid?.places ?? nowhere, names, room, colours, tip),
    [drawn, laid, names, room, tip],
  );
  if (rules.items.length === 0) return null;
  const [ruleCount, itemCount] = [format.count(rules.items.length), format.count(graph.nodes.length)];
  const describe = t.describe(ruleCount, itemCount);
  return (
    <Panel title={t.graph} note={t.graphNote(ruleCount, itemCount)} about={t.about} source={source}>
      <Legend />
      <div ref={frame}>
        {laid ? (
          <Network
            describe={describe}
            table={{
              columns: [words.rule, words.confidence, words.lift, words.support],
              rows: rules.items.map((rule) => [
                ruleText(rule, names),
                format.percent(rule.confidence),
                format.number(rule.lift),
                format.percent(rule.support, 2),
              ]),
            }}
            option={option}
            height={height}
            onPick={({ dataType, data }) => {
              if (dataType === 'edge') setAll({ rule: drawn.edges[(data as DrawnEdge).at]?.rule.rule_id ?? '' });
              else setAll({ item: (data as Node).id });
            }}
          />
        ) : (
          <Skeleton height={height} />
        )}
      </div>
      {rules.next_cursor && <p className="panel-note">{t.graphCut(format.count(mostDrawn))}</p>}
    </Panel>
  );
}

const nowhere: ReadonlyMap<string, Place> = new Map();

/** Where the items of a graph stand, worked out beside what the page does; of the graph before until then. */
function useLayout(graph: RuleGraphData, room: number | undefined) {
  const [laid, setLaid] = useState<{ graph: RuleGraphData; places: ReadonlyMap<string, Place> }>();
  useEffect(() => {
    if (room === undefined) return;
    const { left, right, top, bottom } = marginOf(room);
    const control = new AbortController();
    inSlices(layOut(graph, (room - left - right) / (height - top - bottom)), control.signal).then((places) => {
      if (places) setLaid({ graph, places });
    });
    return () => control.abort();
  }, [graph, room]);
  return laid;
}

const isNarrow = (room: number) => room < 600;
const marginOf = (room: number) => ({ left: 24, right: isNarrow(room) ? 100 : 160, top: 24, bottom: 24 });

function Legend() {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <div className="rule-legend" aria-hidden="true">
      <span>{t.size}</span>
      <span>{t.width}</span>
      <span className="rule-legend-colour">
        {t.colour} {format.percent(0, 0)} <i className="rule-legend-scale" /> {format.percent(1, 0)}
      </span>
    </div>
  );
}

/** As the chart library wants it: lines bend, so that both ways between two items are seen. */
function drawGraph(
  { nodes, edges }: RuleGraphData,
  places: ReadonlyMap<string, Place>,
  names: ReadonlyMap<string, string>,
  room: number,
  colours: ChartColours,
  tip: (picked: never) => HTMLElement,
) {
  const mostOrders = Math.max(1, ...nodes.map(({ orders }) => orders ?? 0));
  const mostLift = Math.log(Math.max(2, ...edges.map(({ rule }) => rule.lift)));
  const sizeOf = ({ orders }: Node) =>
    (isNarrow(room) ? 5 : 7) + (isNarrow(room) ? 14 : 25) * Math.sqrt((orders ?? 0) / mostOrders);
  const named = new Set(
    [...nodes]
      .sort((one, other) => (other.orders ?? 0) - (one.orders ?? 0))
      .slice(0, window.innerWidth < 800 ? 10 : 40),
  );
  return {
    // Many lines that grow in would come later, and none the clearer.
    animation: edges.length <= 100,
    tooltip: { formatter: tip },
    series: [
      {
        type: 'graph',
        layout: 'none',
        ...marginOf(room),
        preserveAspect: 'contain',
        roam: 'move',
        draggable: true,
        labelLayout: { hideOverlap: true },
        data: nodes.map((node) => ({
          ...node,
          ...places.get(node.id),
          name: node.id,
          symbolSize: sizeOf(node),
          ...(named.has(node) && { label: { show: true } }),
        })),
        itemStyle: {
          color: faded(colours.series[0] ?? colours.accent, 0.85),
          borderColor: colours.surface,
          borderWidth: 1,
        },
        label: {
          show: false,
          position: 'right',
          color: colours.text,
          fontSize: 11,
          // Readable over what it crosses.
          textBorderColor: colours.surface,
          textBorderWidth: 3,
          formatter: ({ name }: { name: string }) => shortened(names.get(name) ?? name),
        },
        // The library copies all that it is given: of the rule it gets the place.
        links: edges.map(({ source, target, bend, rule }, at) => ({
          source,
          target,
          at,
          lineStyle: {
            width: 1 + (edges.length > 100 ? 2.5 : 4) * Math.min(1, Math.log(Math.max(1, rule.lift)) / mostLift),
            color: faded(colours.series[1] ?? colours.accent, 0.25 + 0.75 * rule.confidence),
            curveness: bend,
          },
        })),
        lineStyle: { opacity: 1 },
        edgeSymbol: ['none', 'arrow'],
        edgeSymbolSize: 5,
        emphasis: { focus: 'adjacency', label: { show: true }, lineStyle: { opacity: 1 } },
        blur: { itemStyle: { opacity: 0.25 }, lineStyle: { opacity: 0.08 }, label: { opacity: 0.2 } },
      },
    ],
  };
}

const shortened = (name: string) => (name.length > 26 ? `${name.slice(0, 25).trimEnd()}…` : name);
