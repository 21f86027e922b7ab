import { Link } from 'wouter';
import { nothing } from '../../format/index.ts';
import { customerPath } from './names.ts';

/** The way to a customer's page; null: whoever it was has been erased. */
export function CustomerLink({ id }: { id: string | null }) {
  if (id === null) return nothing;
  return (
    <Link href={customerPath(id)} className="mono">
      {id}
    </Link>
  );
}
