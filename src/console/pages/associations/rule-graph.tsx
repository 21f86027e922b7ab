import { useCallback, useMemo } from 'react';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type ChartColours, faded, Network, Panel, tooltipNode, useUrlState, useWidth } from '../../kit/index.ts';
import { namesOf } from '../../shared/goods/names.ts';
import { ruleText } from '../../shared/goods/rule-name.tsx';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { type Edge, graphOf, type Node, type RuleGraphData } from './graph-of.ts';
import { layOut } from './lay-out.ts';
import { mostDrawn, type Rules } from './rules.ts';
import { texts } from './texts.ts';

const height = 520;

/** Items, and rules between them: size is sales, width is lift, colour is confidence. */
export function RuleGraph({ rules, source }: { rules: Rules; source: Source }) {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  const format = useFormat();
  const [, , setAll] = useUrlState('rule', '');
  const names = useMemo(() => namesOf(rules.named_items), [rules]);
  const graph = useMemo(() => graphOf(rules), [rules]);
  const tip = useCallback(
    ({ dataType, data }: { dataType?: string; data: Node | Edge }) => {
      if (dataType === 'edge') {
        const { rule } = data as Edge;
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
    [names, words, format, t],
  );
  const [frame, width] = useWidth<HTMLDivElement>();
  // A window that is drawn wider does not draw the graph anew at every pixel.
  const room = Math.max(240, Math.round(width / 40) * 40);
  const option = useCallback(
    (colours: ChartColours) => drawGraph(graph, names, room, colours, tip),
    [graph, names, room, tip],
  );
  if (rules.items.length === 0) return null;
  const [ruleCount, itemCount] = [format.count(rules.items.length), format.count(graph.nodes.length)];
  const describe = t.describe(ruleCount, itemCount);
  return (
    <Panel title={t.graph} note={t.graphNote(ruleCount, itemCount)} about={t.about} source={source}>
      <Legend />
      <div ref={frame}>
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
            if (dataType === 'edge') setAll({ rule: (data as Edge).rule.rule_id });
            else setAll({ item: (data as Node).id });
          }}
        />
      </div>
      {rules.next_cursor && <p className="panel-note">{t.graphCut(format.count(mostDrawn))}</p>}
    </Panel>
  );
}

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
  names: ReadonlyMap<string, string>,
  width: number,
  colours: ChartColours,
  tip: (picked: never) => HTMLElement,
) {
  const isNarrow = width < 600;
  const margin = { left: 24, right: isNarrow ? 100 : 160, top: 24, bottom: 24 };
  const places = layOut({ nodes, edges }, (width - margin.left - margin.right) / (height - margin.top - margin.bottom));
  const mostOrders = Math.max(1, ...nodes.map(({ orders }) => orders ?? 0));
  const mostLift = Math.log(Math.max(2, ...edges.map(({ rule }) => rule.lift)));
  const sizeOf = ({ orders }: Node) =>
    (isNarrow ? 5 : 7) + (isNarrow ? 14 : 25) * Math.sqrt((orders ?? 0) / mostOrders);
  const named = new Set(
    [...nodes]
      .sort((one, other) => (other.orders ?? 0) - (one.orders ?? 0))
      .slice(0, window.innerWidth < 800 ? 10 : 40),
  );
  return {
    tooltip: { formatter: tip },
    series: [
      {
        type: 'graph',
        layout: 'none',
        ...margin,
        preserveAspect: 'contain',
        roam: 'move',
        draggable: true,
        labelLayout: { hideOverlap: true },
        data: nodes.map((node) => ({
          ...node,
          ...places.get(node.id),
          name: node.id,
          symbolSize: sizeOf(node),
          itemStyle: {
            color: faded(colours.series[0] ?? colours.accent, 0.85),
            borderColor: colours.surface,
            borderWidth: 1,
          },
          label: {
            show: named.has(node),
            position: 'right',
            color: colours.text,
            fontSize: 11,
            // Readable over what it crosses.
            textBorderColor: colours.surface,
            textBorderWidth: 3,
            formatter: shortened(names.get(node.id) ?? node.id),
          },
        })),
        links: edges.map((edge) => ({
          ...edge,
          lineStyle: {
            width: 1 + (edges.length > 100 ? 2.5 : 4) * Math.min(1, Math.log(Math.max(1, edge.rule.lift)) / mostLift),
            color: faded(colours.series[1] ?? colours.accent, 0.25 + 0.75 * edge.rule.confidence),
            curveness: edge.bend,
            opacity: 1,
          },
        })),
        edgeSymbol: ['none', 'arrow'],
        edgeSymbolSize: 5,
        emphasis: { focus: 'adjacency', label: { show: true }, lineStyle: { opacity: 1 } },
        blur: { itemStyle: { opacity: 0.25 }, lineStyle: { opacity: 0.08 }, label: { opacity: 0.2 } },
      },
    ],
  };
}

const shortened = (name: string) => (name.length > 26 ? `${name.slice(0, 25).trimEnd()}…` : name);
