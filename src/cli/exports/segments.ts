import { streamCustomerSegments } from '../../segments/index.ts';
import { fromMinor } from '../../shop/money.ts';
import type { Session } from '../session.ts';
import { chooseVersion, withCustomerIds } from './choose-version.ts';
import type { RowSource } from './files/rows.ts';

/** Every customer with RFM, groups and cluster. */
export async function segmentsOf(
  { database, config: { minorDigits } }: Session,
  number: number | undefined,
): Promise<RowSource> {
  const { version } = await chooseVersion(database, 'segmentation', number);
  async function* rows() {
    for await (const [customerId, segment] of withCustomerIds(database, streamCustomerSegments(database, version))) {
      yield {
        customer_id: customerId,
        recency_days: segment.recencyDays,
        frequency: segment.frequency,
        monetary: fromMinor(segment.monetaryMinor, minorDigits),
        recency_score: segment.recencyScore,
        frequency_score: segment.frequencyScore,
        monetary_score: segment.monetaryScore,
        group: segment.group,
        group_since: segment.groupSince,
        previous_group: segment.previousGroup,
        klaviyo_group: segment.klaviyoGroup,
        klaviyo_since: segment.klaviyoSince,
        cluster: segment.cluster,
        cluster_since: segment.clusterSince,
        average_order: fromMinor(segment.averageOrderMinor, minorDigits),
        average_unit_price: segment.averageUnitPrice,
        discount_share: segment.discountShare,
      };
    }
  }
  return {
    columns: [
      { name: 'customer_id', type: 'STRING' },
      { name: 'recency_days', type: 'INT32' },
      { name: 'frequency', type: 'INT32' },
      { name: 'monetary', type: { digits: minorDigits } },
      { name: 'recency_score', type: 'INT32' },
      { name: 'frequency_score', type: 'INT32' },
      { name: 'monetary_score', type: 'INT32' },
      { name: 'group', type: 'STRING' },
      { name: 'group_since', type: 'TIMESTAMP' },
      { name: 'previous_group', type: 'STRING' },
      { name: 'klaviyo_group', type: 'STRING' },
      { name: 'klaviyo_since', type: 'TIMESTAMP' },
      { name: 'cluster', type: 'INT32' },
      { name: 'cluster_since', type: 'TIMESTAMP' },
      { name: 'average_order', type: { digits: minorDigits } },
      { name: 'average_unit_price', type: { digits: 6 } },
      { name: 'discount_share', type: 'DOUBLE' },
    ],
    rows: rows(),
  };
}
