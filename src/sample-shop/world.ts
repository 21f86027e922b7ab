import type { Calendar } from './calendar.ts';
import type { Catalogue } from './goods/catalogue.ts';
import type { Shoppers } from './shoppers/shoppers.ts';

/** Everything that is settled before the first day; the days are played from it, and always alike. */
export interface World {
  readonly calendar: Calendar;
  readonly catalogue: Catalogue;
  readonly shoppers: Shoppers;
  /**
   * Seeds of the customers' attributes, of the visits, of what is looked at in them, of what a coupon moves whom to, of what is told for
   * indicators, and of what is done with lists.
   */
  readonly seeds: Readonly<Record<'customers' | 'visits' | 'browsing' | 'campaign' | 'trade' | 'lists', number>>;
}
