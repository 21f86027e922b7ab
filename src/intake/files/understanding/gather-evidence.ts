import type { SourceRow } from '../containers/table.ts';
import { isFilled } from './filled.ts';
import { type FieldEvidence, newEvidence } from './forms.ts';
import type { LookedUp } from './join.ts';
import type { LookedAt } from './looked-at.ts';
import { compileFields, compileLines } from './map-table.ts';
import type { Output, Plan } from './plan.ts';
import { compileConditions } from './source.ts';

/** A table with the plan that is chosen for it, and what its rows show. */
export interface PlannedTable {
  looked: LookedAt;
  plan: Plan;
  joins: LookedUp[];
  rows(): AsyncIterable<SourceRow>;
  /** by output and field */
  evidence: Map<Output, Map<string, FieldEvidence>>;
  count: number;
}

/** Reads all rows of a table once, to see how the fields of its outputs are written. */
export async function gatherEvidence(table: PlannedTable): Promise<void> {
  const watched = table.plan.outputs.map((output) => {
    const evidence = new Map<string, FieldEvidence>();
    table.evidence.set(output, evidence);
    const fields = compileFields(output).map(({ field, form, get }) => {
      const seen = newEvidence(form);
      evidence.set(field, seen);
      return { field, get, seen };
    });
    return { fields, linesOf: compileLines(output), fails: compileConditions(output.where) };
  });
  for await (const row of table.rows()) {
    table.count++;
    if (row.broken) continue;
    for (const { fields, linesOf, fails } of watched) {
      if (fails({ row: row.values })) continue;
      for (const scope of linesOf(row)) {
        for (const { field, get, seen } of fields) {
          const value = get(scope);
          if (!isFilled(value)) continue;
          seen.filled++;
          if (field === 'currency') noteValue(seen, value);
          seen.number?.see(value);
          seen.time?.see(value);
        }
      }
    }
  }
}

const mostValues = 50;

function noteValue(seen: FieldEvidence, value: unknown): void {
  seen.values ??= new Set();
  if (seen.values.size < mostValues) seen.values.add(String(value).trim());
}
