import { type Condition, conditionsOf, kindOf, readRule } from '../../../shared/rules/rule.ts';

/** What a segment says of its members by what it is, so that a portrait would only say it once more. */
export interface Stated {
  topics: ReadonlySet<string>;
  attributes: ReadonlySet<string>;
  figures: ReadonlySet<string>;
}

const figureOf: Readonly<Record<string, string>> = {
  recency_days: 'recency_days',
  recency_score: 'recency_days',
  frequency: 'orders',
  frequency_score: 'orders',
  monetary: 'spend',
  monetary_score: 'spend',
  average_order_value: 'average_order_value',
  expected_orders: 'expected_orders',
  expected_revenue: 'expected_revenue',
};

/** Segments by id, each with the rule that makes one a member where it has one. */
export function statedBy(segments: readonly { id: string; definition?: unknown }[]): Stated {
  const stated = { topics: new Set<string>(), attributes: new Set<string>(), figures: new Set<string>() };
  for (const { id, definition } of segments) {
    if (/^(group|cell)-/.test(id)) stated.topics.add('group');
    if (definition === undefined || definition === null) continue;
    for (const { condition } of conditionsOf(readRule(definition))) add(stated, condition);
  }
  return stated;
}

function add(
  { topics, attributes, figures }: { topics: Set<string>; attributes: Set<string>; figures: Set<string> },
  condition: Condition,
): void {
  const kind = kindOf(condition);
  const named = String(condition[kind]);
  if (kind === 'attribute') attributes.add(named);
  if (kind === 'tag')
    (named === 'discount-share' ? figures : topics).add(named === 'discount-share' ? 'discount_share' : named);
  if (kind === 'rfm' || kind === 'value') {
    const figure = figureOf[named];
    if (figure) figures.add(figure);
  }
  if (kind === 'spend') figures.add('spend');
  if (kind === 'behaviour' && named === 'purchase') figures.add('orders');
  if (kind === 'last' && named === 'ordered') figures.add('recency_days');
  if (
    kind === 'segment' &&
    ((condition['segment'] as unknown[]) ?? []).some((id) => /^(group|cell)-/.test(String(id)))
  ) {
    topics.add('group');
  }
}

/** Whether a row of a portrait, of a trait or of a figure, only says what makes one a member. */
export function isStated(
  { topics, attributes, figures }: Stated,
  row: { topic: string; attribute: string | null } | { figure: string },
): boolean {
  if ('figure' in row) return figures.has(row.figure);
  return row.topic === 'attribute' ? attributes.has(row.attribute ?? '') : topics.has(row.topic);
}
