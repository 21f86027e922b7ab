import type { Database } from '../../db/index.ts';
import { invalidField, notFound } from '../../errors.ts';
import { type RowKeys, readRowCursor, writeRowCursor } from '../../formats/cursor.ts';
import { customerIdsOf, findCustomers } from '../../intake/index.ts';
import { selectCampaign } from '../campaigns/store.ts';
import { codeAt, type Outcome, outcomes } from '../decisions/choice/outcome-codes.ts';
import { selectGiving } from '../givings/store.ts';
import { type DecisionPlace, type WalkedCampaign, type WalkedDecision, walkDecisions } from './store.ts';

export type Arm = 'treatment' | 'control' | 'holdout';

/** Which decisions about a campaign; undefined: any. */
export interface DecisionFilter {
  outcomes?: readonly string[] | undefined;
  causes?: readonly string[] | undefined;
  arm?: Arm | undefined;
  /** those that a giving made */
  giving?: string | undefined;
  /** about whom */
  customer?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** One decision, and what became of the campaign in it. */
export interface CampaignDecision extends Omit<WalkedDecision, 'letter' | 'wordThen'> {
  /** null: nobody known, or erased since */
  customerId: string | null;
  outcome: Outcome;
  /** of whom the campaign was to give a coupon; null: it was not to */
  arm: Arm | null;
}

export interface CampaignDecisionPage {
  page: CampaignDecision[];
  next: string | null;
  /** the time of the last decision that was looked at; null: all were */
  lookedBackTo: string | null;
}

const walkedAtOnce = 1_000;
/** What is asked for may be rare: an answer looks through so many decisions at most, and the next goes on. */
export const walkedAtMost = 5_000;

const armOf: Partial<Record<Outcome, Arm>> = { granted: 'treatment', 'control-group': 'control', holdout: 'holdout' };

/**
 * The decisions that considered a campaign, newest first. A page may have fewer rows than asked for, or none, and still go on:
 * where `next` is not null, older decisions were not looked through.
 * @throws PannierError `not_found`; `invalid_request` for a cursor of another list, or a giving or a customer that there is not
 */
export async function listCampaignDecisions(
  db: Database,
  campaignId: string,
  filter: DecisionFilter,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<CampaignDecisionPage> {
  const campaign = await selectCampaign(db, campaignId);
  if (!campaign) throw notFound('campaign');
  const of = { campaignKey: campaign.campaignKey, campaignId, ...(await keysOf(db, campaign.campaignKey, filter)) };
  const { found, isCut } = await search(db, of, filter, limit, startOf(cursor, filter.to));
  const keys = found.rows.flatMap(({ customerKey }) => customerKey ?? []);
  const ids = await customerIdsOf(db, [...new Set(keys)]);
  const page = found.rows.map((row) => ({
    ...row,
    customerId: row.customerKey === null ? null : (ids.get(row.customerKey) ?? null),
  }));
  const { at, decisionId } = found.last;
  return isCut
    ? { page, next: writeRowCursor([at, decisionId]), lookedBackTo: at }
    : { page, next: null, lookedBackTo: null };
}

/** @throws PannierError `invalid_request` naming the one that is not there */
async function keysOf(
  db: Database,
  campaignKey: number,
  { giving, customer }: DecisionFilter,
): Promise<Pick<WalkedCampaign, 'givingKey' | 'customerKey'>> {
  const ofGiving = giving === undefined ? undefined : await selectGiving(db, campaignKey, giving);
  if (giving !== undefined && !ofGiving) throw invalidField('giving', 'is no giving of the campaign');
  const known = customer === undefined ? undefined : (await findCustomers(db, [customer])).get(customer);
  if (customer !== undefined && !known) throw invalidField('customer', 'is no customer');
  return { givingKey: ofGiving?.givingKey, customerKey: known?.customerKey };
}

type Found = Omit<CampaignDecision, 'customerId'>;

/** @returns what was found before the limit or the bound was reached, and whether there may be more behind `last` */
async function search(
  db: Database,
  campaign: WalkedCampaign,
  filter: DecisionFilter,
  limit: number,
  start: DecisionPlace,
): Promise<{ found: { rows: Found[]; last: DecisionPlace }; isCut: boolean }> {
  const rows: Found[] = [];
  let last = start;
  for (let walked = 0; walked < walkedAtMost; walked += walkedAtOnce) {
    const some = await walkDecisions(db, campaign, last, filter.from, walkedAtOnce);
    for (const [place, one] of some.entries()) {
      last = one;
      const judged = judge(one, filter);
      if (judged) rows.push(judged);
      const isRest = place < some.length - 1 || some.length === walkedAtOnce;
      if (rows.length === limit) return { found: { rows, last }, isCut: isRest };
    }
    if (some.length < walkedAtOnce) return { found: { rows, last }, isCut: false };
  }
  return { found: { rows, last }, isCut: true };
}

/** undefined: it did not consider the campaign, or is not asked for. */
function judge({ letter, wordThen, ...rest }: WalkedDecision, filter: DecisionFilter): Found | undefined {
  const outcome = letter ? outcomes[codeAt(letter, 0)] : (wordThen as Outcome | null);
  if (!outcome) return undefined;
  const arm = armOf[outcome] ?? null;
  if (filter.outcomes && !filter.outcomes.includes(outcome)) return undefined;
  if (filter.causes && !filter.causes.includes(rest.cause)) return undefined;
  if (filter.arm && filter.arm !== arm) return undefined;
  return { ...rest, outcome, arm };
}

/** No decision has an id so high. */
const lastId = String(2n ** 63n - 1n);

function startOf(cursor: string | undefined, to: Date | undefined): DecisionPlace {
  const place = readRowCursor(cursor, isPlace);
  if (place) return { at: place[0], decisionId: place[1] };
  // Before a moment: whatever is of that moment comes after the first of ids.
  return to ? { at: to.toISOString(), decisionId: '0' } : { at: 'infinity', decisionId: lastId };
}

function isPlace(keys: RowKeys): keys is readonly [at: string, decisionId: string] {
  const [at, decisionId] = keys;
  return (
    keys.length === 2 &&
    typeof at === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) &&
    !Number.isNaN(Date.parse(at)) &&
    typeof decisionId === 'string' &&
    /^\d{1,18}$/.test(decisionId)
  );
}
