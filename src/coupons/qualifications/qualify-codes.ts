import type { Database } from '../../db/index.ts';
import { budgetLeft } from '../budgets/budget-left.ts';
import type { Campaign, TermsVersion } from '../campaigns/campaign-terms.ts';
import { type CodeOutcome, type NamedCustomer, obstacleTo } from '../codes/code-obstacles.ts';
import { readCodeTerms } from '../codes/code-terms.ts';
import { normaliseCode } from '../codes/code-text.ts';
import type { GuessWatch } from '../codes/guesses/guess-watch.ts';
import { type CouponCode, selectCodes } from '../codes/store.ts';
import type { InputDependencies } from '../decisions/read-inputs.ts';
import type { ItemsForScope, PricedLine } from '../discounts/priced-lines.ts';
import { type Stacked, stack } from '../discounts/stacking.ts';
import { findNamed } from '../guests/find-named.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, haveRoom } from '../limits/store.ts';
import { referralObstacles } from '../referrals/referral-obstacles.ts';
import type { QualificationElement } from '../request-elements.ts';
import { selectIssuedUse } from '../reservations/store.ts';

export interface QualifiedCode {
  /** as it was asked */
  code: string;
  campaignId: string | null;
  outcome: CodeOutcome;
  /** null: it does not apply, or there is no cart */
  discountMinor: number | null;
  /** of the discount, in the order of the cart's lines; null like it */
  perLine: number[] | null;
}

export interface QualifiedCodes {
  codes: QualifiedCode[];
  /** what the codes give together; null: no codes or no cart */
  together: { totalMinor: number; perLine: number[]; freeShipping: boolean } | null;
}

export interface QualificationDependencies extends InputDependencies {
  db: Database;
  itemsForScope: ItemsForScope;
  guesses: GuessWatch;
}

interface SoundCode {
  place: number;
  terms: TermsVersion;
  /** of the money that the code can still spend */
  leftMinor: number;
}

async function obstacleToCode(
  { db, clock }: QualificationDependencies,
  code: CouponCode,
  of: { campaign: Campaign; terms: TermsVersion },
  customer: NamedCustomer,
) {
  const { campaign } = of;
  const now = clock();
  const use = code.kind === 'issued' ? await selectIssuedUse(db, code.couponKey) : null;
  const obstacle = obstacleTo(code, use?.state ?? null, of, customer, now);
  if (obstacle || use) return obstacle;
  const [ofFriends] = await referralObstacles(db, [{ code, ...of }], customer, null);
  if (ofFriends) return ofFriends;
  const { customerKey } = customer;
  const taking = { customerKey, couponKey: code.couponKey, starts: periodStarts(now, campaign) };
  return (await haveRoom(db, countersOf(campaign, taking))) ? undefined : 'limit-reached';
}

/** Stacks codes, and again without those whose budget has less left than they would give. */
function stackAffordable(
  codes: SoundCode[],
  lines: PricedLine[],
  itemsForScope: ItemsForScope,
): { stacked: Stacked; given: SoundCode[] } {
  const stacked = stack(
    codes.map(({ terms }) => terms),
    lines,
    itemsForScope,
  );
  const short = codes.findIndex(({ leftMinor }, index) => stacked.offers[index].discountMinor > leftMinor);
  return short < 0 ? { stacked, given: codes } : stackAffordable(codes.toSpliced(short, 1), lines, itemsForScope);
}

/** @param lines null: no cart to judge by */
export async function qualifyCodes(
  deps: QualificationDependencies,
  element: QualificationElement,
  keyId: number,
  lines: PricedLine[] | null,
): Promise<QualifiedCodes> {
  const { db, guesses, itemsForScope } = deps;
  const asked = element.codes ?? [];
  if (asked.length === 0) return { codes: [], together: null };
  const customerId = element.customer_id;
  await guesses.admit(db, keyId, customerId);
  const customer = await findNamed(db, element, deps.clock());
  const normal = asked.map(normaliseCode);
  const known = await selectCodes(db, normal);
  const unknown = new Set(normal.filter((code) => !known.has(code))).size;
  if (unknown > 0) await guesses.count(db, keyId, customerId, unknown);
  const termsOf = await readCodeTerms(db, [...known.values()]);
  const codes: QualifiedCode[] = [];
  const sound: SoundCode[] = [];
  for (const [place, code] of asked.entries()) {
    const found = known.get(normal[place]);
    const of = found && termsOf(found);
    const isAgain = normal.indexOf(normal[place]) !== place;
    const outcome: CodeOutcome | undefined = !found
      ? 'unknown-code'
      : isAgain
        ? 'given-twice'
        : await obstacleToCode(deps, found, of!, customer);
    codes.push({
      code,
      campaignId: of?.campaign.campaignId ?? null,
      outcome: outcome ?? 'qualifies',
      discountMinor: null,
      perLine: null,
    });
    if (!outcome) {
      // An issued code has reserved what it can give.
      const left = found!.kind === 'issued' ? null : budgetLeft(of!.campaign).moneyMinor;
      sound.push({ place, terms: of!.terms, leftMinor: left ?? Number.POSITIVE_INFINITY });
    }
  }
  if (!lines) return { codes, together: null };
  const { stacked, given } = stackAffordable(sound, lines, itemsForScope);
  const { offers, ...together } = stacked;
  for (const { place } of sound) codes[place].outcome = 'budget-spent';
  for (const [index, { place }] of given.entries()) {
    const { outcome, discountMinor, perLine } = offers[index];
    codes[place] = { ...codes[place], outcome, ...(outcome === 'applied' && { discountMinor, perLine }) };
  }
  return { codes, together };
}
