import type { Session } from '../session.ts';
import { nothingPublished } from './choose-version.ts';
import type { RowSource } from './files/rows.ts';

const pageSize = 1_000;

/** The published association rules of one context, most confident first; blocked ones are left out. */
export function rulesOf({ stations: { recommendations } }: Session, context: string | undefined): RowSource {
  async function* rows() {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = recommendations.listRules({ context, limit: pageSize, ...(cursor && { cursor }) });
      if (page.version === null) throw nothingPublished();
      for (const rule of page.items) yield { ...rule };
      cursor = page.next_cursor;
    }
  }
  return {
    columns: [
      { name: 'rule_id', type: 'STRING' },
      { name: 'antecedent', type: 'STRINGS' },
      { name: 'consequent', type: 'STRING' },
      { name: 'count', type: 'INT32' },
      { name: 'support', type: 'DOUBLE' },
      { name: 'confidence', type: 'DOUBLE' },
      { name: 'lift', type: 'DOUBLE' },
      { name: 'leverage', type: 'DOUBLE' },
      { name: 'conviction', type: 'DOUBLE' },
      { name: 'p_value', type: 'DOUBLE' },
      { name: 'q_value', type: 'DOUBLE' },
      { name: 'significant', type: 'BOOLEAN' },
    ],
    rows: rows(),
  };
}
