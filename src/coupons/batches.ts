import { PannierError } from '../errors.ts';

const largestBatch = 128;
const batchesAtOnce = 2;

export interface Batches<Question, Answer> {
  /** @throws what `answerAll` gives as this question's error, or throws for all */
  add(question: Question): Promise<Answer>;
}

interface Waiting<Question, Answer> {
  question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Answers questions together that come in one turn of the event loop, or while others are being answered. Few batches are at
 * work at once, so that they grow with the load instead of queueing for connections.
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

  async function work(): Promise<void> {
    const batch = waiting.slice(0, largestBatch);
    waiting = waiting.slice(largestBatch);
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
        waiting.push({ question, resolve, reject });
        callSoon();
      }),
  };
}
