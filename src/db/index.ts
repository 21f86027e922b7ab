export { type Chore, daysBefore, deleteInPortions } from './chores.ts';
export { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';
export { overloaded, sqlState, type Trouble } from './failures.ts';
export { findTrouble } from './find-trouble.ts';
export { isNightDone, markNightDone, releaseLease, renewLease, takeLease } from './lease.ts';
export { migrate } from './migrate.ts';
export { type Listener, listen, type Notice, notify } from './notices.ts';
export {
  type ConnectionOptions,
  copyLine,
  type Database,
  openDatabase,
  type Queryable,
  type Transaction,
} from './pool.ts';
export type { Purpose } from './purposes.ts';
export { type ShopSettings, settleShop } from './shop.ts';
