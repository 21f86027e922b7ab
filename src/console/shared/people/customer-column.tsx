import { Link } from 'wouter';
import type { Column } from '../../kit/index.ts';
import { customerPath } from './names.ts';

/** Whom a row is of, with the way to their page. */
export function customerColumn<Row extends { customer_id: string }>(header: string): Column<Row> {
  return {
    key: 'customer_id',
    header,
    cell: ({ customer_id }) => (
      <Link href={customerPath(customer_id)} className="mono">
        {customer_id}
      </Link>
    ),
    value: ({ customer_id }) => customer_id,
  };
}
