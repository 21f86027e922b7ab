import { withinTime } from '../../wait-at-most.ts';
import { answerTogether } from '../answer-together.ts';
import type { Queryable } from './database.ts';
import { tooSlow, translate, Unavailable } from './failures.ts';

/** How the replica does; `behind`: it has not had the newest writes in time. */
export type ReplicaState = 'ok' | 'behind' | 'unavailable';

/** Reads that see all that was committed before they were asked for, by whichever instance, wherever they are done. */
export interface Reads {
  /** @param work reads only, and only by what it is given; it is done again on the primary where the replica fails */
  read<Result>(work: (db: Queryable) => Promise<Result>): Promise<Result>;
  /** undefined: there is no replica */
  replica(): ReplicaState | undefined;
}

/** All of them are done here. */
export function primaryReads(primary: Queryable): Reads {
  return { read: (work) => work(primary), replica: () => undefined };
}

export interface ReplicaReadsOptions {
  primary: Queryable;
  replica: Queryable;
  /** where a read was done */
  onRead?: (from: 'replica' | 'primary') => void;
  onState?: (state: ReplicaState) => void;
  /** So long a read waits for the replica to have what the primary has. */
  waitMs?: number;
  /** A replica that takes longer to answer is given up. */
  answerMs?: number;
  /** from when the replica was behind or away to the next try */
  retryMs?: number;
}

/** How far the primary's log is, which server's it is, and in which of its lives. */
interface Position {
  lsn: string;
  system: string;
  timeline: number;
}

// Where commits do not wait for the disk they are seen before they are flushed.
const positionOfPrimary = `
  select case current_setting('synchronous_commit') when 'off' then pg_current_wal_insert_lsn()
           else pg_current_wal_flush_lsn() end::text as lsn,
         (select system_identifier::text from pg_control_system()) as system,
         ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int as timeline`;

// By what another primary has written the positions of this one say nothing: a replica is used again when it has followed.
const hasReplayed = `
  select coalesce(pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::pg_lsn, false)
     and (select system_identifier::text from pg_control_system()) = $2
     and (select timeline_id from pg_control_checkpoint()) = $3 as has`;

const stepMs = 5;
/** Positions that are asked for at once; who comes meanwhile shares the next. */
const batchesAtOnce = 4;

/**
 * Reads from a replica, as long as it has replayed what the primary had flushed when the read was asked for; else, and when it
 * fails, from the primary. The position is asked for once for all who read at the same time, never before they do.
 */
export function createReplicaReads(options: ReplicaReadsOptions): Reads {
  const { primary, replica, onRead = () => {}, onState = () => {} } = options;
  const { waitMs = 50, answerMs = 200, retryMs = 1_000 } = options;
  let state: ReplicaState = 'ok';
  let retryAt = 0;

  function note(next: ReplicaState): void {
    if (next !== 'ok') retryAt = performance.now() + retryMs;
    if (next === state) return;
    state = next;
    onState(next);
  }

  async function catchesUp({ lsn, system, timeline }: Position): Promise<ReplicaState> {
    for (const until = performance.now() + waitMs; ; ) {
      const [row] = await replica.query<{ has: boolean }>(hasReplayed, [lsn, system, timeline], 'has replayed');
      if (row.has) return 'ok';
      if (performance.now() + stepMs > until) return 'behind';
      await new Promise((resolve) => setTimeout(resolve, stepMs));
    }
  }

  const look = answerTogether<undefined, ReplicaState>(
    async (asking) => {
      const [position] = await primary.query<Position>(positionOfPrimary, [], 'position');
      const found = await withinTime(catchesUp(position), answerMs, tooSlow).catch((): ReplicaState => 'unavailable');
      note(found);
      return asking.map(() => found);
    },
    { batchesAtOnce },
  );

  return {
    replica: () => state,
    async read(work) {
      // Where the primary does not even tell its position, the read itself says why.
      if (performance.now() >= retryAt && (await look(undefined).catch(() => undefined)) === 'ok') {
        try {
          const result = await withinTime(work(replica), answerMs, tooSlow);
          onRead('replica');
          return result;
        } catch (error) {
          // Whatever else it is, the primary says it again.
          if (translate(error) instanceof Unavailable) note('unavailable');
        }
      }
      onRead('primary');
      return work(primary);
    },
  };
}
