import { overloaded } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';

const largestBatch = 128;
const batchesAtOnce = 2;
/** Who has waited so long is turned away; who would come after somebody who has waited half of it, at once. */
const longestWaitMs = 1_000;

export interface Batches<Question, Answer> {
  /** @throws what `answerAll` gives as this question's error, or throws for all */
  add(question: Question): Promise<Answer>;
}

interface Waiting<Question, Answer> {
  since: number;
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Answers questions together that come in one turn of the event loop, or while others are being answered. Few batches are at
 * work at once, so that they grow with the load instead of queueing for connections; more than they can do in time is turned
 * away.
 */
export function createBatches<Question, Answer>(
  answerAll: (questions: readonly Question[]) => Promise<readonly (Answer | PannierError)[]>,
): Batches<Question, Answer> {
  let waiting: Waiting<Question, Answer>[] = [];
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

  async function work(): Promise<void> {
    turnAwayLate();
    const batch = waiting.slice(0, largestBatch);
    waiting = waiting.slice(largestBatch);
    if (batch.length === 0) return;
    atWork++;
    callSoon();
    try {
      const answers = await answerAll(batch.map(({ question }) => question));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index]!;
        if (answer instanceof PannierError) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      atWork--;
      callSoon();
    }
  }

  return {
    add: (question) =>
      new Promise((resolve, reject) => {
        const since = performance.now();
        const [oldest] = waiting;
        if (oldest && since - oldest.since > longestWaitMs / 2) {
          reject(overloaded());
          return;
        }
        waiting.push({ since, question, resolve, reject });
        callSoon();
      }),
  };
}
