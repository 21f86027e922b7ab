import { isFilled, textOf } from '../filled.ts';
import { decimalOf } from '../forms.ts';
import type { LookedAt } from '../looked-at.ts';
import type { Source } from '../plan.ts';
import { compile } from '../source.ts';
import { choose, isTime, matchNames } from './match-columns.ts';
import { ownWords, roleInOrder, roleInTime } from './roles.ts';

const mostLooked = 300;

/** What the paths of an order's own values are, by their names and by what is in them. */
export function chooseOrderFields(looked: LookedAt, paths: readonly string[]): Record<string, Source> {
  const valuesOf = (path: string) => {
    const get = compile(path);
    return looked.sample.slice(0, mostLooked).flatMap(({ values }) => {
      const value = get({ row: values });
      return isFilled(value) ? [value] : [];
    });
  };
  const matches = matchNames(paths);
  const named = choose(matches, ['customer_id', 'email', 'country', 'coupon_code', 'visitor_id', 'is_test']);
  const { email, customer_id: customer, ...fields } = named;
  const who = [customer, email].filter((path) => path !== undefined);
  const isCode = (value: unknown) => typeof value === 'string' && /^[A-Za-z]{3}$/.test(value);
  const currency = (matches.get('currency') ?? [])
    .map(({ column }) => column)
    .find((path) => valuesOf(path).length > 0 && valuesOf(path).every(isCode));
  const id = (matches.get('order_id') ?? [])
    .map(({ column }) => column)
    .concat(['number', 'code', 'id', '_id'].filter((path) => paths.includes(path)))
    .find((path) => isDistinct(valuesOf(path)));
  return {
    ...fields,
    ...chooseTimes(paths, matches, valuesOf),
    ...refundsIn(looked),
    ...chooseMoney(paths, valuesOf),
    ...chooseStatuses(looked, paths, valuesOf),
    ...(currency !== undefined && { currency }),
    ...(who.length > 0 && { customer_id: who.length === 1 ? who[0] : who }),
    ...(id !== undefined && { order_id: id }),
  };
}

function isMostly(values: readonly unknown[], is: (value: unknown) => boolean): boolean {
  return values.length > 0 && values.filter(is).length >= values.length / 2;
}

type ValuesOf = (path: string) => unknown[];

/** May rows go by it? */
function isDistinct(values: readonly unknown[]): boolean {
  const texts = values.filter((value) => typeof value !== 'object').map(textOf);
  // A file may have an order as it was at several times.
  return texts.length > 0 && new Set(texts).size > (texts.length === 1 ? 0 : texts.length / 2);
}

function chooseTimes(
  paths: readonly string[],
  matches: ReturnType<typeof matchNames>,
  valuesOf: ValuesOf,
): Record<string, string> {
  const fields = ['occurred_at', 'updated_at', 'cancelled_at', 'refunded_at'];
  const chosen: Record<string, string> = {};
  const roles = paths
    .flatMap((path) => {
      const role = roleInTime(path);
      return role ? [{ path, ...role, score: role.score - 5 * path.split('.').length }] : [];
    })
    .sort((a, b) => b.score - a.score);
  for (const field of fields) {
    const named = (matches.get(field) ?? []).map(({ column }) => column);
    const candidates = [...roles.filter((role) => role.field === field).map(({ path }) => path), ...named];
    const found = candidates.find((path) => isTimes(valuesOf(path)));
    if (found !== undefined) chosen[field] = found;
  }
  return chosen;
}

function isTimes(values: readonly unknown[]): boolean {
  return isMostly(values, isTime);
}

function chooseMoney(paths: readonly string[], valuesOf: ValuesOf): Record<string, string> {
  const roles = paths
    .flatMap((path) => {
      const role = roleInOrder(path);
      return role && isNumbers(valuesOf(path)) ? [{ path, ...role }] : [];
    })
    .sort((a, b) => b.score - a.score);
  return Object.fromEntries(roles.toReversed().map(({ field, path }) => [field, path]));
}

function isNumbers(values: readonly unknown[]): boolean {
  return isMostly(values, (value) => decimalOf(value, '.', false) !== undefined);
}

const statusWords = ['status', 'state'];
/** What is no word about the order's money. */
const otherStatuses = [
  ...[
    'fulfillment',
    'fulfilment',
    'shipping',
    'shipment',
    'delivery',
    'tracking',
    'address',
    'province',
    'tax',
    'customer',
  ],
  ...['detail', 'description', 'id', 'color', 'reason', 'region', 'consent', 'marketing'],
];
const paymentWords = [
  'payment',
  'payments',
  'financial',
  'paid',
  'charge',
  'invoice',
  'transaction',
  'transactions',
  'tenders',
];

/** What a path is called, with what holds it where its own name says nothing: stateMachineState.technicalName. */
function statusName(path: string): Set<string> {
  const steps = path.split('.');
  const isHeld = steps.length > 1 && /^(?:technical_?name|name|key|slug|code|value|label)$/i.test(steps.at(-1)!);
  return ownWords(isHeld ? steps.slice(0, -1).join('.') : path);
}

/** Words of few kinds that say what became of the order, and of its payment; not of its delivery. */
function chooseStatuses(looked: LookedAt, paths: readonly string[], valuesOf: ValuesOf): Record<string, string> {
  const isWords = (path: string) => {
    const values = valuesOf(path);
    return (
      values.length > 0 &&
      values.every((value) => typeof value === 'string' && value.length < 60) &&
      new Set(values).size <= 30
    );
  };
  const found = [...paths, ...lastPayments(looked)].flatMap((path) => {
    const words = statusName(path);
    const holder = path.split('.').slice(0, -1).join('.');
    const isStatus = statusWords.some((word) => words.has(word)) && !otherStatuses.some((word) => words.has(word));
    if (!isStatus || /address|shipping|billing|deliver|customer|buyer|region/i.test(holder) || !isWords(path))
      return [];
    const isPayment = paymentWords.some((word) => words.has(word)) || /payment|transaction|tender/i.test(holder);
    return [{ path, field: isPayment ? 'payment_status' : 'status', depth: path.split('.').length }];
  });
  const first = (field: string) =>
    found.filter((one) => one.field === field).sort((a, b) => a.depth - b.depth)[0]?.path;
  const [status, payment] = [first('status'), first('payment_status')];
  return { ...(status !== undefined && { status }), ...(payment !== undefined && { payment_status: payment }) };
}

const paymentLists = /^(?:payments?|transactions?|tenders?|payment_?transactions?)$/i;

/** Of several payments the last one says how it stands. */
function lastPayments({ lists, headings }: LookedAt): string[] {
  const list = [...lists].find((path) => paymentLists.test(path));
  if (list === undefined) return [];
  const inside = headings.all.filter((path) => path.startsWith(`${list}.`)).map((path) => path.slice(list.length + 1));
  return inside.map((path) => `${list}.-1.${path}`);
}

/** What came back, where the order has its refunds as a list, or its payments tell what was given back of each. */
function refundsIn({ lists, amounts, headings }: LookedAt): Record<string, Source> {
  const list = [...lists].find((path) => /^(?:[a-z]+\.)?refunds?$/i.test(path));
  const has = (path: string) => amounts.has(path) || headings.all.includes(path);
  const names = ['amount', 'total', 'amount_money', 'totalAmount', 'value', 'refundAmount', 'total_money'];
  const amount = list && names.map((name) => `${list}.${name}`).find(has);
  const payments = [...lists].find((path) => paymentLists.test(path));
  const ofPayment = headings.all.find(
    (path) =>
      payments !== undefined &&
      path.startsWith(`${payments}.`) &&
      roleInOrder(path.slice(payments.length + 1))?.field === 'refunded_amount',
  );
  const holder = amount === undefined ? payments : list;
  const path = amount ?? ofPayment;
  return path === undefined ? {} : { refunded_amount: { sumOf: `${holder}.*.${path.slice(holder!.length + 1)}` } };
}
