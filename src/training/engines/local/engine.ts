import { type TaskRunner, tasksHere } from '../../../../models/collaborative-filtering/index.ts';
import type { Engine } from '../engine.ts';

/** Learns in the process that runs the training, on the snapshot in its memory. */
export function createLocalEngine(runner: TaskRunner = tasksHere): Engine {
  return { runner, learn: async (learner, task) => learner.learn(task) };
}
