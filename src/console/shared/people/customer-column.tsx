import type { Column } from '../../kit/index.ts';
import { CustomerLink } from './customer-link.tsx';

/** Whom a row is of, with the way to their page. */
export function customerColumn<Row extends { customer_id: string }>(header: string): Column<Row> {
  return {
    key: 'customer_id',
    header,
    cell: ({ customer_id }) => <CustomerLink id={customer_id} />,
    value: ({ customer_id }) => customer_id,
  };
}
