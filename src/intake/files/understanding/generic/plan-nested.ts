import { isFilled } from '../filled.ts';
import type { LookedAt } from '../looked-at.ts';
import { compileLines } from '../map-table.ts';
import type { Output, Source } from '../plan.ts';
import { compile, type Scope } from '../source.ts';
import { chooseLineMoney } from './line-money.ts';
import { choose, type Matches, matchNames, valuePaths } from './match-columns.ts';
import { chooseOrderFields } from './order-fields.ts';
import { ownWords, roleInLine } from './roles.ts';

const mostLooked = 300;

/** Orders whose lines are a list in them. */
export function planNested(looked: LookedAt): Output | undefined {
  const lists = [...looked.lists]
    .filter((list) => !otherLists.test(list.split('.').at(-1)!))
    .map((list) => ({ list, score: likenessOf(looked, list) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  for (const { list } of lists) {
    const output = planLines(looked, list);
    if (output) return output;
  }
  return undefined;
}

const otherLists =
  /payment|tender|refund|shipment|deliver|fulfil|address|discount|adjustment|promotion|tax|fee|histor|event|note|comment|tag|coupon/i;

/** How far a list is like the lines of an order: it names goods, and tells pieces and money of them. */
function likenessOf(looked: LookedAt, list: string): number {
  const paths = valuePaths(looked, `${list}.`);
  const has = (field: string) => (names.get(field) ?? []).length > 0;
  const names = matchNames(paths);
  const goods = has('item_id') || has('title') ? 3 : paths.includes('id') && has('quantity') ? 1 : 0;
  const money = paths.some((path) => roleInLine(path)?.field === 'unit_price') ? 1 : 0;
  return goods === 0 ? 0 : goods + (has('quantity') ? 2 : 0) + money - 0.1 * list.split('.').length;
}

function planLines(looked: LookedAt, list: string): Output | undefined {
  const inLine = valuePaths(looked, `${list}.`);
  const names = matchNames(inLine);
  const goods = choose(names, ['item_id', 'title', 'quantity', 'line_id']);
  const id = inLine.find((path) => path === 'id');
  if ((goods['item_id'] ?? goods['title']) === undefined && id === undefined) return undefined;
  const linesOf = compileLines({ kind: 'orders', each: { list }, fields: {} });
  const lines = looked.sample.slice(0, mostLooked).flatMap((row) => (row.broken ? [] : linesOf(row)));
  const money = chooseLineMoney(inLine, lines, goods['quantity']);
  const order = chooseOrderFields(looked, valuePaths(looked));
  if (order['order_id'] === undefined || order['occurred_at'] === undefined) return undefined;
  if ((money['unit_price'] ?? money['line_amount'] ?? order['order_total']) === undefined) return undefined;
  const ids = idsOf(
    names,
    goods,
    id,
    lines.length > 0 ? (path) => lines.some((scope) => isFilled(compile(`@${path}`)(scope))) : () => false,
  );
  const status = chooseLineStatus(inLine, lines);
  const ofLines = Object.entries({ ...goods, ...money, ...(status !== undefined && { line_status: status }) }).map(
    ([field, path]) => [field, `@${path}`],
  );
  return {
    kind: 'orders',
    each: { list },
    isLineEach: true,
    fields: { ...order, ...Object.fromEntries(ofLines), ...ids },
  };
}

/** A word in each line that says what became of it. */
function chooseLineStatus(paths: readonly string[], lines: readonly Scope[]): string | undefined {
  return paths.find((path) => {
    const words = ownWords(path);
    if (!words.has('status') && !words.has('state')) return false;
    const values = lines.map(compile(`@${path}`)).filter(isFilled);
    return values.length > 0 && values.every((value) => typeof value === 'string') && new Set(values).size <= 30;
  });
}

/** Goods go by their number; where a line has none by what else names them. */
function idsOf(
  names: Matches,
  goods: Record<string, string>,
  id: string | undefined,
  isThere: (path: string) => boolean,
): Record<string, Source> {
  const paths = (names.get('item_id') ?? []).map(({ column }) => column).filter(isThere);
  const all = [
    ...new Set([...paths, ...(goods['title'] ? [goods['title']] : []), ...(paths.length === 0 && id ? [id] : [])]),
  ];
  const sources = all.map((path) => `@${path}`);
  return sources.length === 0 ? {} : { item_id: sources.length === 1 ? sources[0] : sources };
}
