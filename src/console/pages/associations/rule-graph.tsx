import { useEffect, useMemo, useState } from 'react';
import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  Network,
  type NetworkEdge,
  type NetworkNode,
  Panel,
  type Picked,
  Skeleton,
  useUrlState,
  useWidth,
} from '../../kit/index.ts';
import { namesOf } from '../../shared/goods/names.ts';
import { ruleText } from '../../shared/goods/rule-name.tsx';
import { inSlices } from '../../shared/in-slices.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { graphOf, type RuleGraphData } from './graph-of.ts';
import { layOut, type Place } from './lay-out.ts';
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
  const [frame, width] = useWidth<HTMLDivElement>();
  // A window that is drawn wider does not draw the graph anew at every pixel.
  const room = Math.max(240, Math.round(width / 40) * 40);
  const margin = useMemo(() => marginOf(room), [room]);
  const laid = useLayout(graph, width > 0 ? room : undefined);
  const drawn = laid?.graph ?? graph;
  const picture = useMemo(() => laid && pictureOf(laid.graph, laid.places, names, room), [laid, names, room]);
  const tipOf = (picked: Picked) => {
    if ('edge' in picked) {
      const { rule } = drawn.edges[picked.edge];
      return {
        title: ruleText(rule, names),
        lines: [
          { name: words.confidence, value: format.percent(rule.confidence) },
          { name: words.lift, value: format.number(rule.lift) },
          { name: words.support, value: format.percent(rule.support, 2) },
          { name: words.count, value: format.count(rule.count) },
        ],
      };
    }
    const { id, orders, ruleCount } = drawn.nodes[picked.node];
    return {
      title: names.get(id) ?? id,
      lines: [
        { name: t.orders, value: format.count(orders) },
        { name: t.table, value: format.count(ruleCount) },
      ],
    };
  };
  if (rules.items.length === 0) return null;
  const [ruleCount, itemCount] = [format.count(rules.items.length), format.count(graph.nodes.length)];
  const describe = t.describe(ruleCount, itemCount);
  return (
    <Panel title={t.graph} note={t.graphNote(ruleCount, itemCount)} about={t.about} source={source}>
      <Legend />
      <div ref={frame}>
        {picture ? (
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
            key={laid?.turn}
            {...picture}
            margin={margin}
            width={width}
            height={height}
            tipOf={tipOf}
            onPick={(picked) => {
              if ('edge' in picked) setAll({ rule: drawn.edges[picked.edge].rule.rule_id });
              else setAll({ item: drawn.nodes[picked.node].id });
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

/** Where the items of a graph stand, worked out beside what the page does; of the graph before until then. */
function useLayout(graph: RuleGraphData, room: number | undefined) {
  const [laid, setLaid] = useState<{ graph: RuleGraphData; places: ReadonlyMap<string, Place>; turn: number }>();
  useEffect(() => {
    if (room === undefined) return;
    const { left, right, top, bottom } = marginOf(room);
    const control = new AbortController();
    inSlices(layOut(graph, (room - left - right) / (height - top - bottom)), control.signal).then((places) => {
      if (places) setLaid((before) => ({ graph, places, turn: (before?.turn ?? 0) + 1 }));
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

/** How large, wide and strong each is, and which names are written. */
function pictureOf(
  { nodes, edges }: RuleGraphData,
  places: ReadonlyMap<string, Place>,
  names: ReadonlyMap<string, string>,
  room: number,
): { nodes: NetworkNode[]; edges: NetworkEdge[] } {
  const mostOrders = Math.max(1, ...nodes.map(({ orders }) => orders ?? 0));
  const mostLift = Math.log(Math.max(2, ...edges.map(({ rule }) => rule.lift)));
  const [least, more] = isNarrow(room) ? [2.5, 7] : [3.5, 12.5];
  const widest = edges.length > 100 ? 2.5 : 4;
  const named = new Set(
    [...nodes].sort((one, other) => (other.orders ?? 0) - (one.orders ?? 0)).slice(0, isNarrow(room) ? 12 : 40),
  );
  return {
    nodes: nodes.map((node) => ({
      id: node.id,
      ...(places.get(node.id) ?? { x: 0, y: 0 }),
      radius: least + more * Math.sqrt((node.orders ?? 0) / mostOrders),
      label: shortened(names.get(node.id) ?? node.id, isNarrow(room) ? 16 : 26),
      isNamed: named.has(node),
    })),
    edges: edges.map(({ source, target, bend, rule }) => ({
      source,
      target,
      bend,
      width: 1 + widest * Math.min(1, Math.log(Math.max(1, rule.lift)) / mostLift),
      opacity: 0.25 + 0.75 * rule.confidence,
    })),
  };
}

const shortened = (name: string, most: number) => (name.length > most ? `${name.slice(0, most - 1).trimEnd()}…` : name);
