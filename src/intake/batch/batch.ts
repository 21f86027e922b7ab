import type { Queryable } from '../../db/index.ts';
import { mostFaults } from '../../errors.ts';
import type { CleaningRule, Fault } from '../cleaning/rules.ts';
import { quarantineElements } from '../quarantine/quarantine-elements.ts';
import type { QuarantineKind } from '../quarantine/rows.ts';
import type { Verdict } from './verdicts.ts';

/** An element that nothing is known against yet, with its place in the batch. */
export interface Entry<Element> {
  index: number;
  id: string;
  element: Element;
}

/** The elements of a batch on their way to their verdicts; each gets exactly one. */
export interface Batch<Element> {
  /** Elements without a verdict yet, in the order sent. */
  undecided(): Entry<Element>[];
  /** @param notes what its sender is to know all the same */
  accept(entry: Entry<Element>, notes?: Fault[]): void;
  /** The element is known already, or tells nothing new. */
  merge(entry: Entry<Element>, notes?: Fault[]): void;
  refuse(entry: Entry<Element>, faults: Fault[]): void;
  /** Puts what was refused into quarantine and gives the verdicts in the order sent. */
  close(tx: Queryable, importId?: number): Promise<Verdict[]>;
}

interface Person {
  customer_id?: string;
  visitor_id?: string;
}

export function openBatch<Element extends object>(
  kind: QuarantineKind,
  elements: readonly Element[],
  idOf: (element: Element) => string,
): Batch<Element> {
  const entries = elements.map((element, index) => ({ index, id: idOf(element), element }));
  const verdicts: (Verdict | undefined)[] = new Array(elements.length).fill(undefined);
  const rules: CleaningRule[][] = [];
  const decide = (
    { index, id }: Entry<Element>,
    status: Verdict['status'],
    told: Pick<Verdict, 'faults' | 'notes'> = {},
  ) => {
    verdicts[index] = { index, id, status, ...told };
  };
  const noted = (notes: Fault[] = []) => (notes.length > 0 ? { notes: notes.slice(0, mostFaults) } : {});
  return {
    undecided: () => entries.filter(({ index }) => verdicts[index] === undefined),
    accept: (entry, notes) => decide(entry, 'accepted', noted(notes)),
    merge: (entry, notes) => decide(entry, 'merged', noted(notes)),
    refuse: (entry, faults) => {
      rules[entry.index] = rulesOf(faults);
      decide(entry, 'quarantined', { faults: faults.slice(0, mostFaults) });
    },
    async close(tx, importId) {
      const decided = verdicts as Verdict[];
      const refused = decided.filter(({ status }) => status === 'quarantined');
      if (refused.length > 0) {
        await quarantineElements(
          tx,
          refused.map(({ index }) => {
            const raw = elements[index]!;
            const { customer_id: customerId, visitor_id: visitorId } = raw as Person;
            return { kind, rules: rules[index], raw, customerId, visitorId, importId };
          }),
        );
      }
      return decided;
    },
  };
}

function rulesOf(faults: readonly Fault[]): CleaningRule[] {
  return [...new Set(faults.map(({ rule }) => rule))];
}

/** Refuses every element that the rules of cleaning find faulty. */
export function cleanBatch<Element>(batch: Batch<Element>, check: (element: Element) => Fault[]): void {
  for (const entry of batch.undecided()) {
    const faults = check(entry.element);
    if (faults.length > 0) batch.refuse(entry, faults);
  }
}
