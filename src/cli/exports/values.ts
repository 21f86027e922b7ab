import { streamCustomerValues } from '../../segments/index.ts';
import { fromMinor } from '../../shop/money.ts';
import type { Session } from '../session.ts';
import { chooseVersion, withCustomerIds } from './choose-version.ts';
import type { RowSource } from './files/rows.ts';

/** Every customer with what they are expected to bring. */
export async function valuesOf(
  { database, config: { minorDigits } }: Session,
  number: number | undefined,
): Promise<RowSource> {
  const { version } = await chooseVersion(database, 'customer-value', number);
  const money = (minor: number | null) => (minor === null ? null : fromMinor(Math.round(minor), minorDigits));
  async function* rows() {
    for await (const [customerId, value] of withCustomerIds(database, streamCustomerValues(database, version))) {
      yield {
        customer_id: customerId,
        expected_orders: value.expectedOrders,
        order_value: money(value.orderValueMinor),
        revenue: money(value.revenueMinor),
        alive_probability: value.aliveProbability,
        next_order_at: value.nextOrderAt,
        likelier_than: value.likelierThan,
      };
    }
  }
  return {
    columns: [
      { name: 'customer_id', type: 'STRING' },
      { name: 'expected_orders', type: 'DOUBLE' },
      { name: 'order_value', type: { digits: minorDigits } },
      { name: 'revenue', type: { digits: minorDigits } },
      { name: 'alive_probability', type: 'DOUBLE' },
      { name: 'next_order_at', type: 'TIMESTAMP' },
      { name: 'likelier_than', type: 'DOUBLE' },
    ],
    rows: rows(),
  };
}
