import type { CSSProperties } from 'react';

/** One line of what is shown beside the pointer. */
export interface TipLine {
  /** its series' place among the colours, from 1; absent: it has no mark */
  colour?: number;
  name: string;
  value: string;
  /** what is added to it, such as its interval */
  more?: string;
}

/** What stands beside the pointer. */
export function ChartTip({ title, lines, style }: { title: string; lines: readonly TipLine[]; style: CSSProperties }) {
  return (
    <div className="chart-tip" style={style}>
      <div className="chart-tip-title">{title}</div>
      {lines.map(({ colour, name, value, more }) => (
        <div className="chart-tip-line" key={name}>
          {colour !== undefined && <span className={`chart-tip-mark series-${colour}`} />}
          <span className="chart-tip-name">{name}</span>
          <strong className="nowrap">{value}</strong>
          {more && <span className="muted nowrap">{more}</span>}
        </div>
      ))}
    </div>
  );
}
