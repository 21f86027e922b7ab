export { answerTogether, findTogether } from './answer-together.ts';
export { type Actor, actingAs, currentActor, setActor } from './connections/actor.ts';
export { copyLine, copyTuple } from './connections/copy.ts';
export type { Database, Queryable, Transaction, TransactionOptions } from './connections/database.ts';
export { isRetryable, mayBeOfOne, overloaded, sqlState, type Trouble } from './connections/failures.ts';
export { findTrouble } from './connections/find-trouble.ts';
export { type ConnectionOptions, openDatabase } from './connections/pool.ts';
export type { Purpose } from './connections/purposes.ts';
export {
  createReplicaReads,
  primaryReads,
  type Reads,
  type ReplicaReadsOptions,
  type ReplicaState,
} from './connections/replica-reads.ts';
export { type ConnectionBudget, createConnectionBudget } from './connections/shared-places.ts';
export { type EmbeddedServer, startEmbeddedServer } from './embedded/server.ts';
export { isNightDone, markNightDone, releaseLease, renewLease, takeLease } from './instances/lease.ts';
export { createListening, type Listener, type Listening, listen, type Notice, notify } from './instances/notices.ts';
export { migrate } from './migrate.ts';
export { daysBefore, deleteInPortions } from './retention.ts';
export { type ShopSettings, settleShop } from './shop.ts';
