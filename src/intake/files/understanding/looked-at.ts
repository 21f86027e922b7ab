import type { SourceRow, Table } from '../containers/table.ts';
import type { Headings } from './resolve.ts';

/** A table with its first rows, by which it is recognised. */
export interface LookedAt {
  table: Table;
  headings: Headings;
  sample: SourceRow[];
  /** paths of lists of objects */
  lists: ReadonlySet<string>;
  /** paths of amounts that are objects */
  amounts: ReadonlySet<string>;
}
