import type { Handlers } from '../../http/index.ts';
import type { LedgerCheck } from './check-ledger.ts';

export function ledgerRoutes(checkLedger: () => Promise<LedgerCheck>): Pick<Handlers, 'checkCouponLedger'> {
  return {
    async checkCouponLedger() {
      const { entries, differences } = await checkLedger();
      const listed = differences.map(({ campaignId, ...rest }) => ({ campaign_id: campaignId, ...rest }));
      return { json: { consistent: listed.length === 0, entries, differences: listed } };
    },
  };
}
