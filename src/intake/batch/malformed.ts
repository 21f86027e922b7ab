import type { Queryable } from '../../db/index.ts';
import type { FieldFault } from '../../errors.ts';
import { isAtMost } from '../cleaning/text-length.ts';
import { quarantineElements } from '../quarantine/quarantine-elements.ts';
import { meantId } from '../quarantine/raw.ts';
import type { QuarantineKind } from '../quarantine/rows.ts';
import type { Recorded } from './recorded.ts';
import type { Verdict } from './verdicts.ts';

/** What is wrong inside of elements that have not the contract's form, by their index in the batch. */
export type Malformed = ReadonlyMap<number, readonly FieldFault[]>;

/** Those that can be recorded, in their order. */
export function withoutMalformed<Element>(elements: readonly Element[], malformed: Malformed): readonly Element[] {
  return malformed.size === 0 ? elements : elements.filter((_, index) => !malformed.has(index));
}

/** Puts the malformed elements of a batch into quarantine, and their verdicts among those of the others. */
export async function addMalformed(
  tx: Queryable,
  { rowKind: kind, idField }: { rowKind: QuarantineKind; idField: string },
  elements: readonly unknown[],
  malformed: Malformed,
  recorded: Recorded,
): Promise<Recorded> {
  if (malformed.size === 0) return recorded;
  await quarantineElements(
    tx,
    Array.from(malformed.keys(), (index) => {
      const raw = keptOf(elements[index]);
      const personOf = (field: string) => meantId((raw as Record<string, unknown>)[field]);
      return {
        kind,
        rules: ['unreadable'],
        raw,
        customerId: personOf('customer_id'),
        visitorId: personOf('visitor_id'),
      };
    }),
  );
  const others = recorded.verdicts.values();
  const verdicts = elements.map((element, index): Verdict => {
    const faults = malformed.get(index);
    if (!faults) return { ...others.next().value!, index };
    const id = readId((element as Record<string, unknown> | null)?.[idField]);
    return { index, id, status: 'quarantined', faults: faults.map((fault) => ({ rule: 'unreadable', ...fault })) };
  });
  return { ...recorded, verdicts };
}

function readId(value: unknown): string | null {
  const isId = typeof value === 'string' && value !== '' && isAtMost(value, 128);
  return isId && !value.includes('\0') && value.isWellFormed() ? value : null;
}

const deepest = 20;
const mostFields = 10_000;
const longest = 1_000_000;
const shown = 10_000;

/** Quarantine keeps objects of a size that a sound element could have; of others it keeps the beginning, or says why not. */
function keptOf(element: unknown): object {
  if (!isWritable(element)) return { element: 'too deep, or too many fields, to be kept' };
  const text = JSON.stringify(element);
  if (text.length > longest) return { element: text.slice(0, shown) };
  return typeof element === 'object' && element !== null && !Array.isArray(element) ? element : { element };
}

function isWritable(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (level >= deepest) return false;
  if (Array.isArray(value)) return value.every((element) => isWritable(element, level + 1));
  const names = Object.keys(value);
  if (names.length > mostFields) return false;
  return names.every((name) => isWritable((value as Record<string, unknown>)[name], level + 1));
}
