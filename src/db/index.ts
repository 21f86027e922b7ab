export { answerTogether, findTogether } from './answer-together.ts';
export { type Chore, daysBefore, deleteInPortions } from './chores.ts';
export { overloaded, sqlState, type Trouble } from './connections/failures.ts';
export { findTrouble } from './connections/find-trouble.ts';
export {
  type ConnectionOptions,
  copyLine,
  type Database,
  openDatabase,
  type Queryable,
  type Transaction,
} from './connections/pool.ts';
export type { Purpose } from './connections/purposes.ts';
export { type EmbeddedServer, startEmbeddedServer } from './embedded/server.ts';
export { isNightDone, markNightDone, releaseLease, renewLease, takeLease } from './instances/lease.ts';
export { type Listener, listen, type Notice, notify } from './instances/notices.ts';
export { migrate } from './migrate.ts';
export { type ShopSettings, settleShop } from './shop.ts';
