import type { Covariate, CovariateName } from '../../../models/customer-value/index.ts';
import { orderChannels } from '../../intake/index.ts';
import type { OrderHistories } from './order-histories.ts';
import { numberNames, type Snapshot } from './snapshot.ts';

/**
 * What is known of customers from their first order on: the top of its category, where it came in, and their country.
 *
 * @param countries by customer key
 */
export function tellCovariates(
  { categories, customerKeys }: Pick<Snapshot, 'categories' | 'customerKeys'>,
  { customers, firstOrders }: Pick<OrderHistories, 'customers' | 'firstOrders'>,
  countries: ReadonlyMap<number, string>,
): Record<CovariateName, Covariate> {
  // What is below the top of a path has too few first orders.
  const tops = numberNames(categories.names.map((path) => path.split(' > ', 1)[0]));
  const named = numberNames(Array.from(customers, (customer) => countries.get(customerKeys[customer]) ?? null));
  return {
    'first-category': {
      name: 'first-category',
      values: tops.names,
      numbers: firstOrders.categories.map((category) => (category < 0 ? -1 : tops.numbers[category])),
    },
    'first-channel': { name: 'first-channel', values: orderChannels, numbers: firstOrders.channels },
    country: { name: 'country', values: named.names, numbers: named.numbers },
  };
}
