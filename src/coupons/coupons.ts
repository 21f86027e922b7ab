import type { Config } from '../config.ts';
import { answerOnce, forgetAnswers } from '../db/idempotency.ts';
import type { Database, Notice, Transaction } from '../db/index.ts';
import type { RecommendedItem } from '../recommendations/index.ts';
import { readSegmentAttributes } from '../segments/index.ts';
import { type PublishedRelease, readPublishedRelease } from '../versions/index.ts';
import { spend } from './budgets/store.ts';
import {
  type CampaignDecisionPage,
  type DecisionFilter,
  listCampaignDecisions,
} from './campaign-decisions/campaign-decisions.ts';
import { createCampaignMemory } from './campaigns/campaign-memory.ts';
import type { ShopOfTerms } from './campaigns/campaign-terms.ts';
import { type Campaigns, createCampaigns } from './campaigns/campaigns.ts';
import { type BudgetRaises, createBudgetRaises } from './campaigns/raises/budget-raises.ts';
import { createCampaignSets } from './campaigns/sets/campaign-sets.ts';
import { type CodeBatches, createCodeBatches } from './codes/code-batches.ts';
import { createFailureCount } from './codes/failures/failure-count.ts';
import { createGuessWatch, type GuessLimits } from './codes/guesses/guess-watch.ts';
import { type CodeStops, createCodeStops } from './codes/stops/code-stops.ts';
import { clearCustomer as clearCodes } from './codes/store.ts';
import { type CampaignCosts, createCampaignCosts } from './costs/campaign-costs.ts';
import { noResponses, type Responses } from './decisions/choice/expected-gain.ts';
import { barDerived } from './decisions/choice/judge-need.ts';
import type { DecisionDependencies } from './decisions/decide-together.ts';
import { createSegmentReader } from './decisions/decision-customers.ts';
import { createDecisions, type Decisions } from './decisions/decisions.ts';
import { clearCustomer as clearDecisions } from './decisions/store.ts';
import type { ItemsForScope } from './discounts/priced-lines.ts';
import type { WhomElement } from './givings/giving-element.ts';
import { createGivings, type Givings } from './givings/givings.ts';
import { clearCustomer as clearGivings } from './givings/store.ts';
import { createGroupOffers, type GroupOffers } from './group-offers/group-offers.ts';
import { clearJoiner } from './group-offers/store.ts';
import { clearVisitors } from './guests/store.ts';
import { checkLedger, type LedgerCheck } from './ledger/check-ledger.ts';
import { type CouponTouches, createCouponTouches } from './ledger/touch-days.ts';
import { deleteCustomerCounters } from './limits/store.ts';
import { createPolicies, type Policies } from './policies/policies.ts';
import { createPolicyFacts } from './policies/policy-facts.ts';
import type { CampaignPreview } from './previews/preview.ts';
import { previewCampaign } from './previews/preview-campaign.ts';
import { previewGiving } from './previews/preview-giving.ts';
import { type PolicyPreview, previewPolicy } from './previews/preview-policy.ts';
import { createQualifications, type Qualifications } from './qualifications/qualifications.ts';
import { createRedemptions, type RedemptionDependencies, type Redemptions } from './redemptions/redemptions.ts';
import { clearCustomer as clearUses } from './redemptions/store.ts';
import { createReferrals, type Referrals } from './referrals/referrals.ts';
import { clearReferrer } from './referrals/store.ts';
import type { CampaignElement, PolicyElement } from './request-elements.ts';
import { createReservations, type Reservations } from './reservations/reservations.ts';
import { createReversals, type Reversals } from './reversals/reversals.ts';
import { readTimeline, type TimelinePage, type TimelineQuery } from './timeline/timeline.ts';

/**
 * What a write locks, in this order: its idempotency key (tried, never waited for); erasure, of those that change terms; the referral
 * that is settled; the order that redeems or is reversed; the friends of campaigns of referrals; the customers that it writes down, against
 * erasure; visitors who are decided about as nobody by name, and customers who redeem what they may have been given as visitors; the batch
 * of codes that is made; reserved uses, of those that redeem them; codes, then redeemed uses, each by ascending key; campaigns by
 * ascending key; counters by their key; assignments by campaign and customer. Decisions do so in one statement, `write_decisions` of the
 * migrations. Rows that a transaction adds only share a campaign's key, which nobody waits for.
 */
export interface Coupons
  extends Campaigns,
    BudgetRaises,
    CampaignCosts,
    CodeBatches,
    CodeStops,
    Decisions,
    Givings,
    GroupOffers,
    Policies,
    Qualifications,
    Redemptions,
    Referrals,
    Reservations,
    Reversals {
  /** Writes down how many codes were tried in vain lately. */
  writeFailures(): Promise<void>;
  /** What happened to a customer, the newest first. @throws PannierError `not_found`, `invalid_request` for a cursor of another list */
  timeline(query: TimelineQuery): Promise<TimelinePage>;
  /** The decisions that considered a campaign, newest first. @throws PannierError `not_found`, `invalid_request` for a cursor of another list */
  listDecisions(
    campaignId: string,
    filter: DecisionFilter,
    page: { limit: number; cursor?: string },
  ): Promise<CampaignDecisionPage>;
  /** Who would get a campaign's coupon, of those whom it is for; writes nothing. @throws PannierError `invalid_request` */
  previewCampaign(element: CampaignElement, sample: number): Promise<CampaignPreview>;
  /** Who would get one were it given to a segment. @throws PannierError `not_found`, `invalid_request`, `conflict` */
  previewGiving(campaignId: string, element: WhomElement, sample: number): Promise<CampaignPreview>;
  /** How many customers each value of a policy's thresholds moves; writes nothing. @throws PannierError `invalid_request` */
  previewPolicy(element: PolicyElement): Promise<PolicyPreview>;
  /** Something has changed that decisions look at. */
  onNotice(notice: Notice): void;
  /** Proves that counters equal the ledger, or says where not. */
  checkLedger(): Promise<LedgerCheck>;
}

/** What coupons are made with. */
export interface CouponDependencies extends Partial<Guards> {
  db: Database;
  /** The database for what reads or writes much; the same where absent. */
  reports?: Database;
  config: Pick<Config, 'minorDigits'> & Partial<Pick<Config, 'timeZone' | 'barredAttributes' | 'raiseLimit'>>;
  clock: () => Date;
  lowerPricedItems: DecisionDependencies['lowerPricedItems'];
  itemsForScope: ItemsForScope;
  /** The items that a rule's id names; absent: none is known. */
  itemsOfRule?: ShopOfTerms['itemsOfRule'];
  /** what a customer's own list begins with; absent: nothing is known of lists */
  topItems?: (customerId: string, limit: number) => Promise<readonly RecommendedItem[]>;
  guessLimits?: GuessLimits;
  /** Is there such a segment? Default: one that a person defined. */
  isSegment?: (segmentId: string) => Promise<boolean>;
  /** absent: the cause found decides alone */
  responses?: Responses;
  /** what is served now; default: read at every decision */
  readRelease?: () => Promise<PublishedRelease | undefined>;
}

/** What makes a write happen once and within its budget; each stands unless another is given. */
export interface Guards extends Pick<RedemptionDependencies, 'spend' | 'answerOnce'> {}

/** @see Coupons */
export function createCoupons(deps: CouponDependencies): Coupons {
  const { db, reports = db, clock, config, itemsForScope, guessLimits } = deps;
  const guards: Guards = {
    spend: deps.spend ?? spend,
    answerOnce: deps.answerOnce ?? answerOnce,
  };
  const responses = deps.responses ?? noResponses;
  const campaignMemory = createCampaignMemory(db, responses);
  const timeZone = config.timeZone ?? 'UTC';
  const barred = barDerived(config.barredAttributes ?? []);
  const touches = createCouponTouches(timeZone);
  const readRelease = deps.readRelease ?? (() => readPublishedRelease(db));
  const isSegment = deps.isSegment ?? (async (id) => (await readSegmentAttributes(db, [id])).has(id));
  const failures = createFailureCount(clock, timeZone);
  const shared = {
    db,
    clock,
    config,
    itemsForScope,
    ...guards,
    touches,
    failures,
    guesses: createGuessWatch(clock, failures, guessLimits),
  };
  const preparation = {
    ...shared,
    barred,
    digits: config.minorDigits,
    addSegments: createSegmentReader(db, readRelease),
    campaignSets: createCampaignSets(db),
    campaignMemory,
    responses,
    readFacts: createPolicyFacts(db, readRelease, barred),
    timeZone,
  };
  const raiseLimit = config.raiseLimit ?? { coupons: undefined, moneyMinor: undefined };
  const campaignShop: ShopOfTerms = { timeZone, barred: new Set(barred), itemsOfRule: deps.itemsOfRule };
  return {
    ...andThen(campaignMemory.forget, createCampaigns({ ...shared, shop: campaignShop, raiseLimit }), [
      'createCampaign',
      'changeCampaign',
      'copyCampaign',
      'endCampaign',
      'pauseCampaign',
      'resumeCampaign',
    ]),
    ...andThen(campaignMemory.forget, createBudgetRaises(shared), ['approveRaise']),
    ...andThen(campaignMemory.forget, createPolicies({ ...shared, barred }), ['publishPolicy', 'makeDefaultPolicy']),
    ...createCampaignCosts({ ...shared, db: reports, timeZone }),
    ...createCodeBatches({ ...shared, db: reports }),
    ...andThen(campaignMemory.forget, createCodeStops({ db: reports, clock }), ['stopCode']),
    ...createDecisions({ ...preparation, lowerPricedItems: deps.lowerPricedItems }),
    ...createGivings({
      ...preparation,
      db: reports,
      lowerPricedItems: deps.lowerPricedItems,
      topItems: deps.topItems ?? (async () => []),
      readRelease,
      isSegment,
    }),
    ...andThen(campaignMemory.forget, createGroupOffers({ db, clock }), ['joinOffer', 'mergeJoiners']),
    ...createQualifications(preparation),
    ...andThen(campaignMemory.forget, createRedemptions(shared), ['redeem']),
    ...createReferrals({ ...preparation, db: reports }),
    ...andThen(campaignMemory.forget, createReservations(shared), ['release', 'expireCoupons']),
    ...andThen(campaignMemory.forget, createReversals(shared), ['reverse']),
    onNotice(notice) {
      if (notice.about === 'coupon-holdout' || notice.about === 'campaigns') campaignMemory.forget();
    },
    writeFailures: () => failures.flush(db),
    previewCampaign: (element, sample) =>
      previewCampaign({ ...preparation, db: reports, readRelease }, element, campaignShop, sample),
    previewGiving: (campaignId, element, sample) =>
      previewGiving({ ...preparation, db: reports, readRelease, isSegment }, campaignId, element, sample),
    previewPolicy: (element) => previewPolicy({ ...preparation, db: reports }, readRelease, element),
    timeline: (query) => readTimeline(db, preparation.campaignSets, query),
    listDecisions: (campaignId, filter, page) => listCampaignDecisions(reports, campaignId, filter, page),
    checkLedger: () => checkLedger(reports),
  };
}

/** The same, and whatever comes of these of its methods something else is done after. */
function andThen<Methods extends object>(
  done: () => void,
  methods: Methods,
  names: readonly (keyof Methods)[],
): Methods {
  const wrapped = { ...methods };
  for (const name of names) {
    const method = methods[name] as (...asked: unknown[]) => Promise<unknown>;
    wrapped[name] = ((...asked: unknown[]) => method(...asked).finally(done)) as Methods[keyof Methods];
  }
  return wrapped;
}

/** Erasure of a person: ledger, codes, uses and decisions stay without them. */
export async function eraseFromCoupons(
  tx: Transaction,
  customerKey: number,
  visitorKeys: readonly number[],
  { touchCustomer }: Pick<CouponTouches, 'touchCustomer'>,
): Promise<void> {
  await touchCustomer(tx, customerKey);
  await forgetAnswers(tx, customerKey, visitorKeys);
  await clearVisitors(tx, customerKey, visitorKeys);
  await clearReferrer(tx, customerKey);
  await clearJoiner(tx, customerKey);
  await clearCodes(tx, customerKey);
  await clearUses(tx, customerKey);
  await deleteCustomerCounters(tx, customerKey);
  await clearGivings(tx, customerKey);
  await clearDecisions(tx, customerKey);
}
