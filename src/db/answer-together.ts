import { PannierError } from '../errors.ts';
import { overloaded } from './connections/failures.ts';

export interface TogetherOptions<Question = never> {
  /** So many batches are at work at once; more questions wait for the next. */
  batchesAtOnce: number;
  /** Of one batch; absent: however many there are. */
  most?: number;
  /** What a question counts towards `most`, where that is not one; one that is heavier than that goes by itself. */
  weightOf?: (question: Question) => number;
  /** Whether what a batch has failed for may be the fault of one of it: then each is asked again by itself, and the others do not suffer for it. */
  isOfOne?: (error: unknown) => boolean;
  /** Who has waited so long is turned away; who would come after somebody who has waited half of it, at once. */
  longestWaitMs?: number;
}

interface Waiting<Question, Answer> {
  since: number;
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Answers questions together that come in one turn of the event loop, or while others are being answered. Few batches are at
 * work at once, so that they grow with the load instead of queueing for connections. A question never joins a batch that has
 * begun: what it asks for may have changed since.
 * @param answerAll answers, or the errors of single questions, in the order asked; what it throws is thrown for all of them
 */
export function answerTogether<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly (Answer | PannierError)[]>,
  options: TogetherOptions<Question>,
): (question: Question) => Promise<Answer> {
  const { batchesAtOnce, most = Number.POSITIVE_INFINITY, longestWaitMs = Number.POSITIVE_INFINITY } = options;
  const { weightOf = () => 1, isOfOne = () => false } = options;
  const waiting: Waiting<Question, Answer>[] = [];
  let atWork = 0;
  let isCalled = false;

  function callSoon(): void {
    if (isCalled || waiting.length === 0 || atWork >= batchesAtOnce) return;
    isCalled = true;
    setImmediate(() => {
      isCalled = false;
      void work();
    });
  }

  function turnAwayLate(): void {
    const latest = performance.now() - longestWaitMs;
    const late = waiting.findIndex(({ since }) => since >= latest);
    const gone = waiting.splice(0, late < 0 ? waiting.length : late);
    for (const { reject } of gone) reject(overloaded());
  }

  function takeBatch(): Waiting<Question, Answer>[] {
    let [count, weight] = [0, 0];
    for (const { question } of waiting) {
      weight += weightOf(question);
      if (count > 0 && weight > most) break;
      count++;
    }
    return waiting.splice(0, count);
  }

  async function answerBatch(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await answerAll(batch.map(({ question }) => question));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index]!;
        if (answer instanceof PannierError) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      if (batch.length > 1 && isOfOne(error)) await Promise.all(batch.map((one) => answerBatch([one])));
      else for (const { reject } of batch) reject(error);
    }
  }

  async function work(): Promise<void> {
    turnAwayLate();
    const batch = takeBatch();
    if (batch.length === 0) return;
    atWork++;
    callSoon();
    await answerBatch(batch);
    atWork--;
    callSoon();
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const since = performance.now();
      const [oldest] = waiting;
      if (oldest && since - oldest.since > longestWaitMs / 2) {
        reject(overloaded());
        return;
      }
      waiting.push({ since, question, resolve, reject });
      callSoon();
    });
}

/** Looks ids up together: one load for all of a batch. What is found may be of more ids than were asked for. */
export function findTogether<Id, Found>(
  load: (ids: Id[]) => Promise<Map<Id, Found>>,
  batchesAtOnce: number,
): (ids: Iterable<Id>) => Promise<Map<Id, Found>> {
  const ask = answerTogether<readonly Id[], Map<Id, Found>>(
    async (asked) => {
      const found = await load([...new Set(asked.flat())]);
      return asked.map(() => found);
    },
    { batchesAtOnce },
  );
  return (ids) => ask([...ids]);
}
