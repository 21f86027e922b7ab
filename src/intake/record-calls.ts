import { answerTogether, currentActor, mayBeOfOne } from '../db/index.ts';
import type { FieldFault } from '../errors.ts';
import { type Malformed, withoutMalformed } from './batch/malformed.ts';
import { type BatchVerdict, countVerdicts, type Verdict } from './batch/verdicts.ts';

/** What one caller sends; those of its elements that are said to be malformed are quarantined unread. */
interface SentElements<Element> {
  elements: readonly Element[];
  malformed: Malformed;
}

/** Records elements in one transaction. @returns a verdict for each, in the order sent */
export type RecordAll<Element> = (
  sent: SentElements<Element> & { sound: readonly Element[]; isShared: boolean },
) => Promise<readonly Verdict[]>;

/** What many callers send at once shares transactions of up to so many elements; few at once, so that they grow with the load. */
const together = { batchesAtOnce: 2, most: 1_000, longestWaitMs: 1_500 };

/**
 * Calls that come while others are at work are recorded together, in the order in which they came, and each is answered after its
 * commit with its own verdicts. What fails for the sake of one of them is done again call by call. Whoever the audit has to name goes by
 * themselves.
 */
export function recordCalls<Element>(
  recordAll: RecordAll<Element>,
): (elements: readonly Element[], malformed?: Malformed) => Promise<BatchVerdict> {
  const recordSent = async (calls: readonly SentElements<Element>[]): Promise<BatchVerdict[]> => {
    const { elements, malformed } = calls.length === 1 ? calls[0] : joined(calls);
    const sound = withoutMalformed(elements, malformed);
    const verdicts = await recordAll({ elements, malformed, sound, isShared: calls.length > 1 });
    return parted(calls, verdicts);
  };
  const recordSoon = answerTogether<SentElements<Element>, BatchVerdict>(recordSent, {
    ...together,
    weightOf: ({ elements }) => weightOf(elements),
    isOfOne: mayBeOfOne,
  });
  return async (elements, malformed = noneMalformed) => {
    const sent = { elements, malformed };
    if (currentActor() === undefined) return recordSoon(sent);
    const [verdict] = await recordSent([sent]);
    return verdict;
  };
}

/** In rows, about: an order may have thousands of lines. */
function weightOf(elements: readonly unknown[]): number {
  return elements.reduce<number>((rows, element) => {
    const { lines } = (element ?? {}) as { lines?: unknown };
    return rows + (Array.isArray(lines) ? lines.length : 1);
  }, 0);
}

const noneMalformed: Malformed = new Map();

function joined<Element>(calls: readonly SentElements<Element>[]): SentElements<Element> {
  const malformed: Map<number, readonly FieldFault[]> = new Map();
  let before = 0;
  for (const call of calls) {
    for (const [index, faults] of call.malformed) malformed.set(before + index, faults);
    before += call.elements.length;
  }
  return { elements: calls.flatMap(({ elements }) => elements), malformed };
}

/** To each call what became of its own elements. */
function parted<Element>(calls: readonly SentElements<Element>[], verdicts: readonly Verdict[]): BatchVerdict[] {
  let before = 0;
  return calls.map(({ elements }) => {
    const own = verdicts.slice(before, before + elements.length).map((verdict, index) => ({ ...verdict, index }));
    before += elements.length;
    return { counts: countVerdicts(own), verdicts: own };
  });
}
