import type { Database } from '../db/index.ts';
import { PannierError } from '../errors.ts';
import { type Intake, loadContractChecks, refundOfOrder } from '../intake/index.ts';
import type { Element, Facts, PlatformName } from './platforms/platform.ts';
import { saveNumbers, selectIds } from './store.ts';

/** What of intake deliveries are recorded by. */
export type FactsIntake = Pick<
  Intake,
  'upsertItems' | 'upsertCustomers' | 'recordOrders' | 'recordRefunds' | 'eraseCustomer' | 'findRefunds'
>;

interface Recorder {
  db: Database;
  intake: FactsIntake;
  clock: () => Date;
}

/** What became of the facts of a delivery. */
export interface RecordedFacts {
  counts: { facts: number; quarantined: number; merged: number };
  notes: string[];
  /** nothing of it was a fact */
  isNothing: boolean;
}

/** Records what a delivery says through the rules that all facts go through: what is refused lies in quarantine. */
export async function recordFacts(recorder: Recorder, platform: PlatformName, facts: Facts): Promise<RecordedFacts> {
  const { db, intake } = recorder;
  const recorded: RecordedFacts = { counts: { facts: 0, quarantined: 0, merged: 0 }, notes: [], isNothing: false };
  if (facts.ignored !== undefined) recorded.notes.push(facts.ignored);
  const record = async (kind: keyof typeof byKind, elements: readonly Element[] = []) => {
    if (elements.length > 0) add(recorded, await byKind[kind](intake, elements));
  };
  await record('items', facts.items);
  await record('customers', facts.customers);
  await record('orders', facts.orders);
  const numbers = (facts.numbers ?? []).filter(({ id, number }) => fitsId(id) && fitsId(number));
  await saveNumbers(db, platform, numbers);
  await record('refunds', await newRefunds(recorder, platform, facts.refunds ?? [], recorded));
  await record('items', await goneItems(db, platform, facts.gone ?? [], recorded));
  for (const id of facts.erase ?? []) await erase(intake, id, recorded);
  const { counts } = recorded;
  recorded.isNothing = counts.facts + counts.quarantined + counts.merged === 0;
  return recorded;
}

const byKind = {
  items: (intake: FactsIntake, elements: readonly Element[]) => send('items', elements, intake.upsertItems),
  customers: (intake: FactsIntake, elements: readonly Element[]) => send('customers', elements, intake.upsertCustomers),
  orders: (intake: FactsIntake, elements: readonly Element[]) => send('orders', elements, intake.recordOrders),
  refunds: (intake: FactsIntake, elements: readonly Element[]) => send('refunds', elements, intake.recordRefunds),
};

type Verdict = Awaited<ReturnType<FactsIntake['recordOrders']>>;

/** Elements without the contract's form are quarantined, as those of a request are. */
async function send(
  kind: keyof typeof byKind,
  elements: readonly Element[],
  record: (
    elements: readonly never[],
    malformed: Map<number, { field: string; message: string }[]>,
  ) => Promise<Verdict>,
): Promise<Verdict> {
  const { [kind]: check } = await loadContractChecks();
  const malformed = new Map<number, { field: string; message: string }[]>();
  const written = elements.map((element) => JSON.parse(JSON.stringify(element)) as Element);
  for (const [index, element] of written.entries()) {
    const fault = check(element);
    if (fault) malformed.set(index, [{ field: `/${fault.field}`, message: `must be ${fault.expected}` }]);
  }
  return record(written as never[], malformed);
}

function add(recorded: RecordedFacts, { counts, verdicts }: Verdict): void {
  recorded.counts.facts += counts.facts;
  recorded.counts.quarantined += counts.quarantined;
  recorded.counts.merged += counts.merged;
  for (const { notes = [], faults = [] } of verdicts)
    recorded.notes.push(...[...notes, ...faults].map(({ field, message }) => `${field} ${message}`));
}

const fitsId = (id: unknown): id is string => typeof id === 'string' && /^[^\0]{1,128}$/u.test(id) && id.isWellFormed();

/** Refunds do not change on these platforms: those that are known are left out, also those that a file of the past has brought as one. */
async function newRefunds(
  { db, intake }: Recorder,
  platform: PlatformName,
  refunds: NonNullable<Facts['refunds']>,
  recorded: RecordedFacts,
): Promise<Element[]> {
  const named: Element[] = [];
  for (const { order, ...refund } of refunds) {
    const [orderId] = order === undefined || !fitsId(order) ? [] : await selectIds(db, platform, 'order', order);
    if (order === undefined) named.push(refund);
    else if (orderId !== undefined) named.push({ ...refund, order_id: orderId });
    else recorded.notes.push('its order is not known here: the refund comes with the next change of the order');
  }
  const ids = named
    .flatMap(({ refund_id, order_id }) => [String(refund_id), refundOfOrder(String(order_id))])
    .filter(fitsId);
  const known = await intake.findRefunds(ids);
  return named.filter(({ refund_id, order_id, occurred_at }) => {
    const ofFile = known.get(refundOfOrder(String(order_id)));
    const isKnown = known.has(String(refund_id)) || (ofFile !== undefined && Date.parse(String(occurred_at)) <= ofFile);
    if (isKnown) recorded.counts.merged += 1;
    return !isKnown;
  });
}

async function goneItems(
  db: Database,
  platform: PlatformName,
  gone: NonNullable<Facts['gone']>,
  recorded: RecordedFacts,
): Promise<Element[]> {
  const items: Element[] = [];
  for (const product of gone) {
    const ids = fitsId(product) ? await selectIds(db, platform, 'product', product) : [];
    if (ids.length === 0) recorded.notes.push('nothing is known of the product');
    items.push(...ids.map((item_id) => ({ item_id, hidden: true })));
  }
  return items;
}

async function erase(intake: FactsIntake, customerId: string, recorded: RecordedFacts): Promise<void> {
  try {
    await intake.eraseCustomer(customerId);
    recorded.counts.facts += 1;
  } catch (error) {
    if (!(error instanceof PannierError && error.code === 'not_found')) throw error;
  }
}
