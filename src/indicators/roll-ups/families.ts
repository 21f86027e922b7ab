import { campaigns } from './campaigns/campaigns.ts';
import { costs } from './costs/costs.ts';
import { coupons } from './coupons/coupons.ts';
import { customers } from './customers/customers.ts';
import { type Family, measuresOf } from './family.ts';
import { goods } from './goods/goods.ts';
import { lists } from './lists/lists.ts';
import { market } from './market/market.ts';
import { returns } from './returns/returns.ts';
import { sales } from './sales/sales.ts';
import { service } from './service/service.ts';
import { shopping } from './shopping/shopping.ts';
import { traffic } from './traffic/traffic.ts';

/** Every family of measures; one more is a folder and its line here. */
export const families: readonly Family[] = [
  traffic,
  shopping,
  sales,
  customers,
  goods,
  lists,
  service,
  returns,
  market,
  costs,
  campaigns,
  coupons,
];

export const measures = new Map(
  families.flatMap((family) => measuresOf(family).map((measure) => [measure.name, measure])),
);
