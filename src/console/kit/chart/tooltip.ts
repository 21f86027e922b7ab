import type { EChartsCoreOption } from 'echarts/core';

/** One line of what is shown beside the pointer. */
export interface TooltipLine {
  colour?: string;
  name: string;
  value: string;
}

/** What stands beside the pointer, made of nodes: text from outside stays text, and no style stands in markup. */
export function tooltipNode(title: string, lines: readonly TooltipLine[]): HTMLElement {
  const node = document.createElement('div');
  const head = document.createElement('div');
  head.className = 'chart-tip-title';
  head.textContent = title;
  node.append(head);
  for (const line of lines) {
    const row = document.createElement('div');
    row.className = 'chart-tip-line';
    const mark = document.createElement('span');
    mark.className = 'chart-tip-mark';
    mark.style.background = line.colour ?? 'transparent';
    const name = document.createElement('span');
    name.className = 'chart-tip-name';
    name.textContent = line.name;
    const value = document.createElement('strong');
    value.textContent = line.value;
    row.append(mark, name, value);
    node.append(row);
  }
  return node;
}

/** The library's own look of it is written as inline styles in markup, which the policy refuses; ours is a class. */
export function tooltipStyle(option: EChartsCoreOption): EChartsCoreOption {
  const { tooltip } = option as { tooltip?: object };
  if (!tooltip) return {};
  return {
    tooltip: {
      confine: true,
      className: 'chart-tip',
      backgroundColor: 'transparent',
      borderWidth: 0,
      padding: 0,
      transitionDuration: 0,
      extraCssText: 'box-shadow: none',
      ...tooltip,
    },
  };
}
