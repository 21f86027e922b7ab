import { fromMinor } from '../shop/money.ts';
import { campaignDecisionRoutes } from './campaign-decisions/routes.ts';
import { raiseRoutes } from './campaigns/raises/routes.ts';
import { campaignRoutes } from './campaigns/routes.ts';
import { codeRoutes } from './codes/routes.ts';
import { stopRoutes } from './codes/stops/routes.ts';
import { costRoutes } from './costs/routes.ts';
import type { Coupons } from './coupons.ts';
import { decisionRoutes } from './decisions/routes.ts';
import { givingRoutes } from './givings/routes.ts';
import { groupOfferRoutes } from './group-offers/routes.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { policyRoutes } from './policies/routes.ts';
import { previewRoutes } from './previews/routes.ts';
import { qualificationRoutes } from './qualifications/routes.ts';
import { redemptionRoutes } from './redemptions/routes.ts';
import { referralRoutes } from './referrals/routes.ts';
import { reservationRoutes } from './reservations/routes.ts';
import { reversalRoutes } from './reversals/routes.ts';
import { timelineRoutes } from './timeline/routes.ts';

export function couponRoutes(coupons: Coupons, { minorDigits }: { minorDigits: number }) {
  const money = (minor: number) => fromMinor(minor, minorDigits);
  return {
    ...campaignRoutes(coupons, money),
    ...campaignDecisionRoutes(coupons),
    ...codeRoutes(coupons),
    ...costRoutes(coupons, money),
    ...stopRoutes(coupons),
    ...decisionRoutes(coupons, minorDigits),
    ...givingRoutes(coupons),
    ...groupOfferRoutes(coupons),
    ...raiseRoutes(coupons, money),
    ...qualificationRoutes(coupons, money),
    ...redemptionRoutes(coupons, money),
    ...referralRoutes(coupons),
    ...reservationRoutes(coupons, money),
    ...reversalRoutes(coupons, money),
    ...policyRoutes(coupons, money),
    ...previewRoutes(coupons, money),
    ...timelineRoutes(coupons, money),
    ...ledgerRoutes(coupons.checkLedger),
  };
}
