import { invalidFields, type PannierError } from '../../../errors.ts';
import type { LookedAt } from './looked-at.ts';
import { type Condition, type Output, type OutputKind, orderFields, type Plan, type Source } from './plan.ts';
import { type Headings, pathsOf, resolvePlan } from './resolve.ts';

/** What a mapping file says of a file: a preset of one's own, for one kind of facts. */
export interface OwnPreset {
  kind: OutputKind;
  /** by field, in the file's own columns */
  fields: Readonly<Record<string, Source>>;
  /** fields that are read from the column of their own name where they are not told */
  isField: (name: string) => boolean;
  where: readonly Condition[];
  each?: Output['each'];
  /** columns whose empty cells have what stands above them */
  fillDown: readonly string[];
  isLineEach: boolean;
  /** words of `status` by what they mean */
  statuses: Readonly<Record<string, string>>;
  /** how times are written, where that is told: a pattern of YYYY, MM and so on */
  timeFormat?: string;
}

/** Is a name a field of order lines as a preset may have it? */
export function isOrderField(name: string): boolean {
  const known: readonly string[] = [...orderFields.numbers, ...orderFields.times, ...orderFields.ofOrder];
  return known.includes(name) || ['order_id', 'line_id', 'item_id', 'title', 'list_id', 'time_of_day'].includes(name);
}

/** One of each group is needed. */
const needed: Readonly<Record<OutputKind, readonly (readonly string[])[]>> = {
  orders: [
    ['order_id'],
    ['occurred_at'],
    ['item_id', 'title', 'order_total', 'goods_total'],
    ['unit_price', 'line_amount', 'gross_amount', 'order_total', 'goods_total'],
  ],
  refunds: [['order_id'], ['occurred_at']],
  items: [['item_id']],
  customers: [['customer_id']],
  events: [['event_id'], ['type'], ['occurred_at']],
};

/**
 * The table of a file that a preset of one's own fits, and its plan.
 * @throws PannierError `invalid_request` naming each field of the mapping whose column is not there
 */
export function planOwn(looked: readonly LookedAt[], own: OwnPreset): { looked: LookedAt; plan: Plan } {
  const tried = looked.map((one) => {
    const fields = withOwnNames(own, one.headings);
    return { looked: one, fields, faults: [...absentIn(own, one), ...unfilledOf(own, fields)] };
  });
  const [best] = tried.sort((a, b) => a.faults.length - b.faults.length);
  if (best.faults.length > 0) throw notFitting(best.faults, best.looked);
  const { kind, where, each, fillDown, isLineEach, timeFormat } = own;
  const output: Output = { kind, where, fields: best.fields, isLineEach, ...(each && { each }) };
  const plan: Plan = {
    ...{ platform: 'mapping', title: `${kind}, by a mapping`, outputs: [output], fillDown },
    ...(timeFormat !== undefined && { timeFormat }),
  };
  const { table, headings } = best.looked;
  // Rows that name their fields themselves may have more of them further down.
  return { looked: best.looked, plan: table.columns === undefined ? plan : resolvePlan(plan, headings, []) };
}

type Fault = { field: string; message: string };

function notFitting(faults: readonly Fault[], { table, headings }: LookedAt): PannierError {
  const columns = (table.columns ?? headings.all).slice(0, 40).join(', ');
  return invalidFields([...faults, { field: 'file', message: `has the columns ${columns}` }]);
}

/** A field that is not told has the column of its own name. */
function withOwnNames(own: OwnPreset, headings: Headings): Record<string, Source> {
  const list = own.each && 'list' in own.each ? `${own.each.list}.` : undefined;
  const found = headings.all.flatMap((name): [string, Source][] => {
    const isOfLine = list !== undefined && name.startsWith(list);
    const field = isOfLine ? name.slice(list.length) : name;
    return own.isField(field) ? [[field, isOfLine ? `@${field}` : name]] : [];
  });
  const fields: Record<string, Source> = { ...Object.fromEntries(found), ...own.fields };
  const { status, order_id: order, occurred_at: at, amount } = fields;
  if (status !== undefined && Object.keys(own.statuses).length > 0)
    fields['status'] = [{ of: status, values: own.statuses }, status];
  if (own.kind === 'refunds' && fields['refund_id'] === undefined && order !== undefined && at !== undefined)
    fields['refund_id'] = { parts: [order, at, ...(amount === undefined ? [] : [amount])], by: '-' };
  return fields;
}

/** What the mapping names and the table does not have. */
function absentIn({ fields, where, each, fillDown }: OwnPreset, { table, headings }: LookedAt): Fault[] {
  const list = each && 'list' in each ? each.list : undefined;
  const isThere = (path: string) => {
    const isOfLine = path.startsWith('@');
    // The names of what is packed into a cell are known to its rows alone.
    if (isOfLine && list === undefined) return true;
    return headings.find(isOfLine ? `${list}.${path.slice(1)}` : path) !== undefined;
  };
  const faultOf = (field: string, source: Source): Fault[] => {
    const paths = pathsOf(source);
    const absent = paths.filter((path) => !isThere(path));
    // Rows that name their fields themselves need not have all of them.
    const isMissing = absent.length > (table.columns === undefined ? paths.length - 1 : 0);
    return paths.length > 0 && isMissing ? [{ field, message: `names what is not there: ${absent.join(', ')}` }] : [];
  };
  return [
    ...Object.entries(fields).flatMap(([field, source]) => faultOf(`mapping.columns.${field}`, source)),
    ...where.flatMap(({ of }, index) => faultOf(`mapping.rows.${index}.column`, of)),
    ...fillDown.flatMap((column, index) => faultOf(`mapping.fill_down.${index}`, column)),
    ...(each ? faultOf('mapping.lines', 'list' in each ? each.list : each.packed) : []),
  ];
}

/** What the facts need and no column gives. */
function unfilledOf({ kind, statuses }: OwnPreset, fields: Record<string, Source>): Fault[] {
  const missing = needed[kind].filter((group) => group.every((field) => fields[field] === undefined));
  const faults = missing.map(([field, ...others]) => ({
    field: `mapping.columns.${field}`,
    message: others.length > 0 ? `has no column: name it, or ${others.join(' or ')}` : 'has no column: name it',
  }));
  const isWordless = Object.keys(statuses).length > 0 && fields['status'] === undefined;
  return isWordless
    ? [...faults, { field: 'mapping.statuses', message: 'has no column: name it as columns.status' }]
    : faults;
}
