import type { Transaction } from '../../../db/index.ts';
import type { Changes } from '../../batch/recorded.ts';
import { sightItems } from '../../catalogue/store.ts';
import { holdOffErasure } from '../../erasure/store.ts';
import { restateOrders } from '../../orders/statuses/store.ts';
import { selectBuyers } from '../../orders/store.ts';
import { followPeople, resolvePeople } from '../../people/identity.ts';
import { Touches } from '../../touches/touches.ts';
import type { Outcome } from '../report/report.ts';
import { fetchPages } from '../store.ts';
import { type EditedOrders, editStagedOrders } from './edit-staged-orders.ts';
import { linkStagedReturns } from './returns/link-staged-returns.ts';
import * as returns from './returns/store.ts';
import * as sales from './sales/store.ts';
import * as staging from './staging/store.ts';

const largestOrder = 10_000;
const pageSize = 5_000;
const mostServices = 100;

/** One passage of order lines through the stages, in one transaction. */
export interface LineRun {
  importId: number;
  /** of the shop's currency */
  minorDigits: number;
  /** A redrive: rows may be added to the order or refund that a file has brought without them. */
  growing: boolean;
  /** Do codes and titles say what is no product? Not where the mapping tells the services. */
  findServices: boolean;
  /** Columns of ids that are whole numbers written as decimals here and there; asked when all rows are in. */
  wholeIds: () => readonly string[];
}

export interface StagedLines {
  duplicates: number;
  mixed: number;
  /** Rows of orders in which everything is for nothing. */
  worthless: number;
  /** Rows of orders that are known with another content. */
  conflicting: number;
  /** Rows of an order as it was, of which the file also has a later state; undefined: no row tells since when its order is so. */
  outdated: number | undefined;
}

export interface SettledLines extends Outcome, Changes {
  /** The items of the rows that are no products. */
  services: sales.UnproductiveItem[];
  /** Quantities below zero that no earlier sale explains, and those that one does. */
  presumedReturns: { unlinked: number; linked: number };
  edited: EditedOrders;
  /** Rows of orders of which a later state is known. */
  outdated: number;
}

/** Brings rows into temporary tables and looks at them as a whole; nothing is written yet. */
export async function stageLines(
  tx: Transaction,
  lines: AsyncIterable<staging.PlacedLine>,
  run: LineRun,
): Promise<StagedLines> {
  await staging.openStaging(tx);
  await staging.copyRows(tx, lines);
  await staging.writeWhole(tx, run.wholeIds());
  const outdated = await staging.removeOutdated(tx);
  const duplicates = await staging.removeDuplicates(tx);
  await staging.partRows(tx, run.growing);
  const mixed = await staging.refuseMisfits(tx, largestOrder);
  const worthless = await staging.refuseWorthless(tx, run.growing);
  await sales.gatherOrders(tx);
  await sales.matchOrders(tx, run.growing);
  return { duplicates, mixed, worthless, conflicting: await sales.countConflictRows(tx), outdated };
}

/** Corrects and writes: orders first, then the refunds that undo them, then what was refused. */
export async function settleLines(tx: Transaction, run: LineRun, staged: StagedLines): Promise<SettledLines> {
  // What an edit keeps of somebody goes with them.
  if (staged.outdated !== undefined) await holdOffErasure(tx);
  const recordedBefore = await sales.removeRecorded(tx);
  await staging.refuseLateFacts(tx);
  const touches = new Touches();
  const itemKeys = await storeItems(tx, run.findServices, touches);
  await storePeople(tx);
  await sales.countItemsAndPeople(tx);
  const orders = await sales.insertOrders(tx, run.importId);
  await sales.matchOrders(tx, run.growing);
  const changes: Changes = { itemKeys, customerKeys: [], touches };
  const edited = await editStagedOrders(tx, run, changes);
  const recordedMeanwhile = await sales.removeRecorded(tx);
  if (staged.outdated !== undefined) await sales.noteUpdates(tx);
  const orderLines = await sales.insertLines(tx);
  if (orderLines > 0) await sales.countSales(tx);
  touches.addMoments('order', await sales.updateGrownOrders(tx));
  const told = await sales.insertStatuses(tx);
  touches.addMoments('order', told.moments);
  if (told.orderKeys.length > 0) touches.addMoments('order', await restateOrders(tx, told.orderKeys));
  const customers = new Set([...changes.customerKeys, ...(await sales.fillCountries(tx))]);
  for (const key of told.orderKeys.length > 0 ? await selectBuyers(tx, told.orderKeys) : []) customers.add(key);

  await returns.gatherRefunds(tx);
  await returns.matchRefunds(tx, run.growing);
  const returnsBefore = await returns.removeRecorded(tx);
  await linkStagedReturns(tx);
  const { unlinked, withCustomer, presumed } = await returns.refuseUnlinked(tx);
  const presumedReturns = { unlinked: presumed, linked: await returns.countPresumed(tx) };
  const refunds = await returns.insertRefunds(tx, run.importId);

  for await (const visits of fetchPages<sales.VisitRow>(tx, sales.visitsQuery, pageSize)) {
    const followed = await followPeople(
      tx,
      visits.map(({ customer_key: customerKey, visitor_key: visitorKey, at }) => ({ customerKey, visitorKey, at })),
    );
    for (const key of followed.keys()) customers.add(key);
  }
  for (const key of await returns.selectTouchedCustomers(tx)) customers.add(key);
  touches.addMoments('order', await sales.selectTouchedMoments(tx));
  touches.addMoments('refund', await returns.selectTouchedMoments(tx));
  touches.addMoments('order', await returns.selectMomentsOfSales(tx));

  await staging.releaseSettled(tx);
  const kept = await staging.keepRefusals(tx, run.importId);
  const outdated = (staged.outdated ?? 0) + recordedBefore.outdated + recordedMeanwhile.outdated;
  return {
    facts: orderLines + edited.lines + refunds.lines,
    quarantined: kept.added,
    quarantinedBefore: kept.known,
    known: staged.duplicates + (staged.outdated ?? 0) + recordedBefore.known + recordedMeanwhile.known + returnsBefore,
    quarantinedByRule: kept.byRule,
    corrected: await staging.recordCorrections(tx, run.importId),
    output: {
      orders,
      order_lines: orderLines + edited.lines,
      ...(edited.orders > 0 && { orders_edited: edited.orders }),
      refunds: refunds.refunds,
      refund_lines: refunds.lines,
      refund_lines_linked_whole: refunds.lines - refunds.partlyLinked,
      refund_lines_linked_in_part: refunds.partlyLinked,
      refund_links: refunds.links,
      cancellations_unlinked: withCustomer,
      cancellations_without_customer: unlinked - withCustomer,
    },
    itemKeys,
    customerKeys: [...customers],
    touches,
    services: await sales.selectServices(tx, mostServices),
    presumedReturns,
    edited,
    outdated,
  };
}

async function storeItems(tx: Transaction, findServices: boolean, touches: Touches): Promise<number[]> {
  const keys = new Set<number>();
  for await (const page of fetchPages<sales.SightingRow>(tx, sales.sightingsQuery, pageSize)) {
    const sightings = page.map((row) => ({
      itemId: row.item_id,
      title: row.title ?? undefined,
      titledAt: row.titled_at ?? undefined,
      price: row.price ?? undefined,
      pricedAt: row.priced_at ?? undefined,
    }));
    const { changed, regrouped } = await sightItems(tx, sightings, findServices);
    for (const key of changed) keys.add(key);
    touches.addItems(regrouped);
  }
  const services = await sales.flagServices(tx);
  for (const key of services) keys.add(key);
  touches.addItems(services);
  return [...keys];
}

async function storePeople(tx: Transaction): Promise<void> {
  for (const query of [sales.newCustomersQuery, sales.newVisitorsQuery]) {
    for await (const page of fetchPages<sales.NewPerson>(tx, query, pageSize)) await resolvePeople(tx, page);
  }
}
