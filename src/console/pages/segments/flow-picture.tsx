import { useFormat } from '../../format/index.ts';
import { ChartFrame, useWidth } from '../../kit/index.ts';
import { useSegmentName } from '../../shared/people/names.ts';
import { useTexts } from '../../texts/texts.ts';
import { arrange, type Ribbon, type Side } from './arrange-flows.ts';
import { segmentClass } from './segment-class.ts';
import { texts } from './texts.ts';
import type { SegmentFlows } from './types.ts';

const height = 300;
const nodeWidth = 10;

/** Two nights beside each other: columns of segments, and between them ribbons as wide as how many went that way. */
export function FlowPicture({ flows }: { flows: SegmentFlows }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const [element, width] = useWidth<HTMLDivElement>();
  const { items, from, to } = flows;
  const name = (id: string | null, side: Side) => (id ? nameOf(id) : side === 'from' ? t.newcomers : t.gone);
  const { nodes, ribbons, stayed } = arrange(items, height);
  const describe = t.flowsDescribe(format.moment(from?.as_of ?? ''), format.moment(to?.as_of ?? ''));
  const label = Math.min(122, width * 0.3);
  const x = { from: label, to: width - label - nodeWidth };
  return (
    <>
      <p className="panel-note">{t.stayed(format.percent(stayed))}</p>
      <ChartFrame
        describe={describe}
        height={height}
        table={{
          columns: [t.from, t.to, t.customers],
          rows: items.map((flow) => [name(flow.from, 'from'), name(flow.to, 'to'), format.count(flow.customers)]),
        }}
      >
        <div ref={element} className="flows" style={{ height }}>
          {width > 0 && (
            <svg width={width} height={height} role="img" aria-label={describe}>
              {ribbons.map((ribbon) => (
                <path
                  key={`${ribbon.from} ${ribbon.to}`}
                  className={`flow ${classOf(ribbon.from ?? ribbon.to)}${ribbon.from === ribbon.to ? ' is-staying' : ''}`}
                  d={pathOf(ribbon, x.from + nodeWidth, x.to)}
                >
                  <title>
                    {name(ribbon.from, 'from')} → {name(ribbon.to, 'to')}: {format.count(ribbon.customers)}
                  </title>
                </path>
              ))}
              {nodes.map((node) => (
                <g key={`${node.side} ${node.id}`} className={classOf(node.id)}>
                  <rect
                    className="flow-node"
                    x={x[node.side]}
                    y={node.y}
                    width={nodeWidth}
                    height={node.height}
                    rx={2}
                  />
                  <text
                    className="flow-label"
                    x={node.side === 'from' ? x.from - 6 : x.to + nodeWidth + 6}
                    y={node.y + node.height / 2}
                    textAnchor={node.side === 'from' ? 'end' : 'start'}
                  >
                    {name(node.id, node.side)}
                    <tspan
                      className="flow-count"
                      x={node.side === 'from' ? x.from - 6 : x.to + nodeWidth + 6}
                      dy="1.25em"
                    >
                      {format.count(node.customers)}
                    </tspan>
                  </text>
                </g>
              ))}
            </svg>
          )}
        </div>
      </ChartFrame>
    </>
  );
}

const classOf = (id: string | null) => (id ? segmentClass(id) : 'group-none');

function pathOf({ fromY, toY, width }: Ribbon, left: number, right: number): string {
  const middle = (left + right) / 2;
  const top = `M${left} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${right} ${toY}`;
  return `${top}V${toY + width}C${middle} ${toY + width} ${middle} ${fromY + width} ${left} ${fromY + width}Z`;
}
