import { parentPort } from 'node:worker_threads';
import { type TaskName, tasks } from '../../../../models/collaborative-filtering/index.ts';

/** What a thread is sent: one task, by name, with its input. */
export interface TaskMessage {
  name: TaskName;
  input: unknown;
}

/** What it answers. */
export type TaskAnswer = { result: unknown } | { failure: unknown };

parentPort!.on('message', ({ name, input }: TaskMessage) => {
  let answer: TaskAnswer;
  try {
    answer = { result: (tasks[name] as (input: unknown) => unknown)(input) };
  } catch (failure) {
    answer = { failure };
  }
  parentPort!.postMessage(answer);
});
