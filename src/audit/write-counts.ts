import type { Database } from '../db/index.ts';
import { addWriteCounts, type WriteCount } from './store.ts';

const hourMs = 3_600_000;

/** Who sent how many facts, counted in memory and written down every few seconds: a fact costs nothing more for it. */
export function createWriteCounts(db: Database, clock: () => Date) {
  let counts = new Map<string, WriteCount>();
  function add(callerId: number, operation: string, requests: number, elements: number, hour: number): void {
    const name = `${hour} ${callerId} ${operation}`;
    const count = counts.get(name);
    if (count) {
      count.requests += requests;
      count.elements += elements;
    } else counts.set(name, { hour: new Date(hour), callerId, operation, requests, elements });
  }
  return {
    count(callerId: number, operation: string, elements: number): void {
      const now = clock().getTime();
      add(callerId, operation, 1, elements, now - (now % hourMs));
    },
    /** Writes down what was counted since the last time; what cannot be written is kept for the next. */
    async write(): Promise<void> {
      if (counts.size === 0) return;
      const written = [...counts.values()];
      counts = new Map();
      await addWriteCounts(db, written).catch((error) => {
        for (const { callerId, operation, requests, elements, hour } of written)
          add(callerId, operation, requests, elements, hour.getTime());
        throw error;
      });
    },
  };
}
