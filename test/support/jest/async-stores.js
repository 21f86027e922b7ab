import { AsyncLocalStorage } from 'node:async_hooks';

const { run } = AsyncLocalStorage.prototype;
const used = new Set();
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

/**
 * Jest's runner knows in each file by a store of its own which test it is in, and never lets go of it: before Node 24 every promise
 * of a later file in the same process would pay for each of them.
 */
export function letGoOfStores() {
  for (const store of used) store.disable();
  used.clear();
}
