import type { Queryable, Transaction } from '../db/index.ts';
import { identityLinksRelation, linkHoldsAt } from '../intake/index.ts';
import type { Arm, Consideration, CustomerArm, GlobalHoldout, GuestArm, HoldoutKind, HoldoutPeriod } from './arms.ts';

/**
 * Makes something known as an experiment; the same again is the same one.
 * @param kind what draws by it, such as `campaign`
 * @param experimentId its id among those of its kind
 * @returns its key
 */
export async function ensureExperiment(tx: Transaction, kind: string, experimentId: string): Promise<number> {
  const [row] = await tx.query<{ experiment_key: number }>(
    `insert into experiments (kind, experiment_id) values ($1, $2)
     on conflict (kind, experiment_id) do update set kind = excluded.kind returning experiment_key`,
    [kind, experimentId],
  );
  return row.experiment_key;
}

/** Who was treated and who was left alone for this experiment's sake; who is held out of all is in neither arm. */
export async function selectArms(db: Queryable, experimentKey: number): Promise<CustomerArm[]> {
  const rows = await db.query<ArmRow>(
    `select customer_key, arm, assigned_at from experiment_assignments
     where experiment_key = $1 and customer_key is not null and arm <> 'holdout' order by customer_key`,
    [experimentKey],
  );
  return rows.map(toArm);
}

/**
 * The same of those who were first considered as visitors, each person once: who several visitors turned out to be has the arm of the first
 * of them, and whoever was considered by name is in `selectArms`.
 */
export async function selectGuestArms(db: Queryable, experimentKey: number): Promise<GuestArm[]> {
  const rows = await db.query<{ customer_key: number | null; visitor_key: number; arm: Arm; assigned_at: Date }>(
    `select distinct on (coalesce(link.customer_key, -seen.visitor_key)) link.customer_key, seen.visitor_key, seen.arm, seen.assigned_at
     from experiment_assignments as seen left join ${identityLinksRelation} as link on link.visitor_key = seen.visitor_key
       and ${linkHoldsAt('seen.assigned_at')}
     where seen.experiment_key = $1 and seen.visitor_key is not null and seen.arm <> 'holdout' and not exists (
       select from experiment_assignments as own
       where own.customer_key = link.customer_key and own.experiment_key = seen.experiment_key)
     order by coalesce(link.customer_key, -seen.visitor_key), seen.assigned_at, seen.assignment_id`,
    [experimentKey],
  );
  return rows.map(({ customer_key: customerKey, visitor_key, arm, assigned_at: assignedAt }) => {
    return { customerKey, visitorKey: customerKey === null ? visitor_key : null, arm, assignedAt };
  });
}

/** What visitors were assigned who turned out to be customers at that time. */
const adopted = `${identityLinksRelation} as link join experiment_assignments as seen on seen.visitor_key = link.visitor_key
  and ${linkHoldsAt('seen.assigned_at')}`;

/**
 * Of these customers those who are control of one of these experiments, also as the visitors that they were: keys of the experiments by
 * that of the customer.
 */
export async function selectControlsAmong(
  db: Queryable,
  customerKeys: readonly number[],
  experimentKeys: readonly number[],
): Promise<Map<number, number[]>> {
  const rows = await db.query<{ customer_key: number; experiment_keys: number[] }>(
    `select customer_key, array_agg(distinct experiment_key order by experiment_key) as experiment_keys from (
       select own.customer_key, own.experiment_key from experiment_assignments as own
       where own.customer_key = any($1::int[]) and own.experiment_key = any($2::int[]) and own.arm = 'control'
       union all
       select link.customer_key, seen.experiment_key from ${adopted}
       where link.customer_key = any($1::int[]) and seen.experiment_key = any($2::int[]) and seen.arm = 'control') as control
     group by customer_key`,
    [customerKeys, experimentKeys],
    'controls-among',
  );
  return new Map(rows.map((row) => [row.customer_key, row.experiment_keys]));
}

/** The same of visitors who are nobody by name. */
export async function selectControlsOfVisitors(
  db: Queryable,
  visitorKeys: readonly number[],
  experimentKeys: readonly number[],
): Promise<Map<number, number[]>> {
  const rows = await db.query<{ visitor_key: number; experiment_keys: number[] }>(
    `select visitor_key, array_agg(experiment_key order by experiment_key) as experiment_keys from experiment_assignments
     where visitor_key = any($1::bigint[]) and experiment_key = any($2::int[]) and arm = 'control' group by visitor_key`,
    [visitorKeys, experimentKeys],
    'controls-of-visitors',
  );
  return new Map(rows.map((row) => [row.visitor_key, row.experiment_keys]));
}

/** An arm that a customer has from a visitor that they were. */
export interface AdoptedArm {
  customerKey: number;
  experimentKey: number;
  arm: Arm;
}

/** The first arms that visitors were in who turned out to be these customers, of experiments that never considered the customers by name. */
export async function selectAdoptedArms(
  db: Queryable,
  customerKeys: readonly number[],
  experimentKeys: readonly number[],
): Promise<AdoptedArm[]> {
  const rows = await db.query<{ customer_key: number; experiment_key: number; arm: Arm }>(
    `select distinct on (link.customer_key, seen.experiment_key) link.customer_key, seen.experiment_key, seen.arm from ${adopted}
     where link.customer_key = any($1::int[]) and seen.experiment_key = any($2::int[]) and not exists (
       select from experiment_assignments as own
       where own.customer_key = link.customer_key and own.experiment_key = seen.experiment_key)
     order by link.customer_key, seen.experiment_key, seen.assigned_at, seen.assignment_id`,
    [customerKeys, experimentKeys],
    'adopted-arms',
  );
  return rows.map((row) => ({ customerKey: row.customer_key, experimentKey: row.experiment_key, arm: row.arm }));
}

/** Keys of the customers whom this experiment considered once, whatever their arm. */
export async function selectConsidered(db: Queryable, experimentKey: number): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    'select customer_key from experiment_assignments where experiment_key = $1 and customer_key is not null',
    [experimentKey],
  );
  return rows.map((row) => row.customer_key);
}

/** Each customer by their first consideration by any experiment in a time in which the same share was held out. */
export async function selectHoldoutArms(db: Queryable, { holdoutIds }: HoldoutPeriod): Promise<CustomerArm[]> {
  const rows = await db.query<ArmRow>(
    `select distinct on (customer_key) customer_key, arm, considered_at as assigned_at from holdout_considerations
     where holdout_id = any($1::int[]) and customer_key is not null order by customer_key, holdout_id`,
    [holdoutIds],
  );
  return rows.map(toArm);
}

interface ArmRow {
  customer_key: number;
  arm: Arm;
  assigned_at: Date;
}

function toArm(row: ArmRow): CustomerArm {
  return { customerKey: row.customer_key, arm: row.arm, assignedAt: row.assigned_at };
}

const considered = {
  customers: { table: 'holdout_considerations', key: 'customer_key' },
  visitors: { table: 'holdout_visitors', key: 'visitor_key' },
} as const;

/** Keeps the first consideration of each customer, or the first list of each visitor, while a holdout held. */
export async function insertConsiderations(
  tx: Transaction,
  of: keyof typeof considered,
  considerations: readonly Consideration[],
): Promise<void> {
  if (considerations.length === 0) return;
  const { table, key } = considered[of];
  await tx.query(
    `insert into ${table} (${key}, holdout_id, arm, considered_at)
     select distinct on (${key}, holdout_id) ${key}, holdout_id, arm, considered_at
     from unnest($1::bigint[], $2::int[], $3::text[], $4::timestamptz[]) as given (${key}, holdout_id, arm, considered_at)
     order by ${key}, holdout_id, considered_at
     on conflict (${key}, holdout_id) do nothing`,
    [
      considerations.map(({ personKey }) => personKey),
      considerations.map(({ holdoutId }) => holdoutId),
      considerations.map(({ arm }) => arm),
      considerations.map(({ consideredAt }) => consideredAt),
    ],
    `insert-considerations-of-${of}`,
  );
}

/** How many of the customers who were considered before a moment were so in another arm as a visitor that was theirs at some time. */
export async function countInBothArms(db: Queryable, { holdoutIds }: HoldoutPeriod, until: Date): Promise<number> {
  const [{ count }] = await db.query<{ count: number }>(
    `with considered as (
       select distinct on (customer_key) customer_key, arm, considered_at from holdout_considerations
       where holdout_id = any($1::int[]) and customer_key is not null order by customer_key, holdout_id)
     select count(*)::int as count from considered where considered.considered_at < $2 and exists (
       select from ${identityLinksRelation} as link
         join holdout_visitors as visitor on visitor.visitor_key = link.visitor_key
       where link.customer_key = considered.customer_key and visitor.holdout_id = any($1::int[])
         and visitor.arm <> considered.arm and visitor.considered_at < $2)`,
    [holdoutIds, until],
  );
  return count;
}

/** Newest first; the first one holds, and of lists there may be none yet. @param limit null: all */
export async function selectHoldouts(db: Queryable, kind: HoldoutKind, limit: number | null): Promise<GlobalHoldout[]> {
  const rows = await db.query<{
    holdout_id: number;
    share: string;
    exploration_share: string;
    salt: string;
    since: Date;
  }>(
    'select holdout_id, share, exploration_share, salt, since from holdouts where kind = $1 order by holdout_id desc limit $2',
    [kind, limit],
    'select-holdouts',
  );
  return rows.map((row) => ({
    holdoutId: row.holdout_id,
    share: Number(row.share),
    explorationShare: Number(row.exploration_share),
    salt: row.salt,
    since: row.since,
  }));
}

export async function insertHoldout(
  db: Queryable,
  share: number,
  explorationShare: number | null,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into holdouts (kind, share, exploration_share, salt, since)
     select kind, $1, coalesce($2, exploration_share), salt, $3 from holdouts
     where kind = 'coupons' order by holdout_id desc limit 1`,
    [share, explorationShare, now],
  );
}

/** The first one gets a salt that comes of that of coupons and draws others than it does. */
export async function insertListHoldout(db: Queryable, share: number, now: Date): Promise<void> {
  await db.query(
    `insert into holdouts (kind, share, exploration_share, salt, since)
     select 'lists', $1, 0, case kind when 'lists' then salt else salt || '/lists' end, $2 from holdouts
     order by kind = 'lists' desc, holdout_id desc limit 1`,
    [share, now],
  );
}

/** Erasure of a person: how many were in which arm stays, and nobody knows who. */
export async function clearPerson(tx: Transaction, customerKey: number, visitorKeys: readonly number[]): Promise<void> {
  await tx.query('update experiment_assignments set customer_key = null where customer_key = $1', [customerKey]);
  await tx.query('update experiment_assignments set visitor_key = null where visitor_key = any($1::bigint[])', [
    visitorKeys,
  ]);
  await tx.query(
    `update experiment_assignments as seen set visitor_key = null from ${identityLinksRelation} as link
     where link.customer_key = $1 and seen.visitor_key = link.visitor_key
       and ${linkHoldsAt('seen.assigned_at')}`,
    [customerKey],
  );
  await tx.query('update holdout_considerations set customer_key = null where customer_key = $1', [customerKey]);
  await tx.query('delete from holdout_visitors where visitor_key = any($1::bigint[])', [visitorKeys]);
}
