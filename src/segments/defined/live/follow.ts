import type { Transaction } from '../../../db/index.ts';
import { type Bind, type FactWindow, holdCustomers, movedCustomersQuery } from '../../../intake/index.ts';
import { dayMs } from '../../../shop/days.ts';
import { refreshMembers } from '../refresh-members.ts';
import { boundsOf, compileRule, type RuleShop } from '../rule-query/store.ts';
import { readDefinition } from '../rules/read-definition.ts';
import type { SegmentRule } from '../rules/segment-rule.ts';
import type { DefinedRow } from '../store.ts';
import { windowsOf } from './night-conditions.ts';
import * as store from './store.ts';

/** Longer than that, and everybody is asked at once: a month begins, or nobody looked for days. */
const longestSliceMs = dayMs;

/** Asks the rule of a live segment, which is held, of these customers, who enter or leave. @returns how many did */
export async function followCustomers(
  tx: Transaction,
  row: DefinedRow,
  customerKeys: readonly number[],
  at: { asOf: Date; shop: RuleShop },
): Promise<number> {
  if (customerKeys.length === 0) return 0;
  // Whoever is being erased is waited for, and is nobody then.
  await holdCustomers(tx, customerKeys);
  const compiled = compileRule(ruleOf(row, at.shop), { ...at, versions: {} }, customerKeys);
  const moved = await store.selectMoved(tx, row.segment_key, compiled);
  const count = moved.entering.length + moved.leaving.length;
  if (count > 0) await store.moveMembers(tx, row, at.asOf, moved);
  return count;
}

/**
 * Heeds the time that has passed: whose facts fell out of a window, or came into one, since the last time is asked anew.
 * @returns the moment as of which members are right, which is never before the last
 */
export async function followTime(
  tx: Transaction,
  row: DefinedRow,
  { asOf, shop }: { asOf: Date; shop: RuleShop },
): Promise<Date> {
  const since = row.followed_until!;
  if (asOf <= since) return since;
  const slices = slicesBetween(ruleOf(row, shop), since, asOf, shop);
  if (slices.some(({ from, until }) => until.getTime() - from.getTime() > longestSliceMs)) {
    await refreshMembers(tx, row, { asOf, shop, versions: {} });
  } else if (slices.length > 0) {
    const values: unknown[] = [];
    const bind: Bind = (value) => `$${values.push(value)}`;
    const keys = await store.selectKeys(tx, movedCustomersQuery(slices, bind), values);
    await followCustomers(tx, row, keys, { asOf, shop });
  }
  await store.setFollowed(tx, row.segment_key, asOf);
  return asOf;
}

/**
 * Finds the members of a live segment anew as a whole, as the nights do.
 * @returns how many were not what they should have been
 */
export async function reconcile(tx: Transaction, row: DefinedRow, at: { asOf: Date; shop: RuleShop }): Promise<number> {
  const asOf = await followTime(tx, row, at);
  const { arrived, departed } = await refreshMembers(tx, row, { asOf, shop: at.shop, versions: {} });
  await store.setReconciled(tx, row.segment_key, asOf, arrived + departed);
  return arrived + departed;
}

/** The stretches over which the bounds of windows have moved. */
function slicesBetween(rule: SegmentRule, earlier: Date, later: Date, shop: RuleShop): FactWindow[] {
  const windows = windowsOf(rule);
  if (windows.length === 0) return [];
  // What is given back counts from its own moment on, whatever the window.
  const passed = { from: earlier, until: later };
  const moved = windows.flatMap((window) => {
    const [before, after] = [boundsOf(window, { asOf: earlier, shop }), boundsOf(window, { asOf: later, shop })];
    const slices = [
      { from: before.from, until: after.from },
      { from: before.until, until: after.until },
    ];
    return slices.filter(({ from, until }) => from < until);
  });
  return [passed, ...moved];
}

function ruleOf({ definition }: DefinedRow, { minorDigits }: RuleShop): SegmentRule {
  return readDefinition(definition, { at: '/definition', minorDigits });
}
