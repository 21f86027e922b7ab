import { randomUUID } from 'node:crypto';
import type { Queryable } from '../db/index.ts';
import { codeVersion } from '../project.ts';
import { deleteInstance, type Instance, selectInstances, upsertInstance } from './store.ts';

/** Which processes serve the shop. */
export interface Instances {
  /** Of this process, from when it was made. */
  readonly instanceId: string;
  list(): Promise<Instance[]>;
  /** Says that this one is there; nothing any more once it has left. */
  beat(): Promise<void>;
  /** This one ends. */
  leave(): Promise<void>;
}

/** @param servedRelease what lists are made of here now; undefined: nothing yet */
export function createInstances(db: Queryable, servedRelease: () => number | undefined): Instances {
  const instanceId = randomUUID();
  let startedAt: Date | undefined;
  let beating: Promise<void> = Promise.resolve();
  let hasLeft = false;

  async function noteThatHere(): Promise<void> {
    const releaseId = servedRelease() ?? null;
    startedAt = await upsertInstance(db, { instanceId, version: codeVersion, releaseId, startedAt });
  }
  return {
    instanceId,
    list: () => selectInstances(db),
    async beat() {
      if (hasLeft) return;
      beating = noteThatHere();
      await beating;
    },
    async leave() {
      hasLeft = true;
      // One that is under way would bring it back.
      await beating.catch(() => {});
      if (startedAt) await deleteInstance(db, instanceId);
    },
  };
}
