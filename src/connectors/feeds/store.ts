import { copyLine, type Database, type Queryable } from '../../db/index.ts';
import type { NamedItem } from '../../intake/index.ts';
import { type Feed, FeedProblem, type LastPull, type Missing, type Pull, type Validators } from './feed.ts';

interface FeedRow {
  name: string;
  url: string;
  shown_url: string;
  missing: Missing;
  set_at: Date;
  due_at: Date;
  accept_fewer: boolean;
  etag: string | null;
  last_modified: string | null;
  hash: Buffer | null;
  pulled_at: Date | null;
  succeeded_at: Date | null;
  outcome: LastPull['outcome'] | null;
  problem: string | null;
  import_id: number | null;
  items: number | null;
  facts: number | null;
  quarantined: number | null;
  merged: number | null;
  hidden: number;
  shown: number;
}

const columns = `name, url, shown_url, missing, set_at, due_at, accept_fewer, etag, last_modified, hash, pulled_at, succeeded_at, outcome, problem,
  import_id, items, facts, quarantined, merged, hidden, shown`;

function toFeed(row: FeedRow): Feed {
  const { etag, last_modified: lastModified, hash, facts, quarantined, merged } = row;
  return {
    name: row.name,
    url: row.url,
    shownUrl: row.shown_url,
    missing: row.missing,
    setAt: row.set_at,
    dueAt: row.due_at,
    acceptFewer: row.accept_fewer,
    validators: hash && { etag, lastModified, hash },
    lastPull:
      row.outcome === null
        ? null
        : {
            startedAt: row.pulled_at!,
            outcome: row.outcome,
            problem: row.problem,
            importId: row.import_id,
            items: row.items,
            counts: facts === null ? null : { facts, quarantined: quarantined!, merged: merged! },
            hidden: row.hidden,
            shown: row.shown,
          },
    lastSuccessAt: row.succeeded_at,
  };
}

/** Sets a feed, which is due at once, and read whole whatever is known of it. @returns whether there was none before */
export async function saveFeed(
  db: Queryable,
  { name, url, shownUrl, missing }: Pick<Feed, 'name' | 'url' | 'shownUrl' | 'missing'>,
  now: Date,
): Promise<boolean> {
  const [row] = await db.query<{ is_new: boolean }>(
    `insert into feeds (name, url, shown_url, missing, set_at, due_at) values ($1, $2, $3, $4, $5, $5)
     on conflict (name) do update
       set url = excluded.url, shown_url = excluded.shown_url, missing = excluded.missing,
           set_at = greatest(excluded.set_at, feeds.set_at + interval '1 millisecond'), due_at = excluded.due_at,
           accept_fewer = false, etag = null, last_modified = null, hash = null
     returning xmax = 0 as is_new`,
    [name, url, shownUrl, missing, now],
  );
  return row.is_new;
}

export async function deleteFeed(db: Queryable, name: string): Promise<boolean> {
  const rows = await db.query('delete from feeds where name = $1 returning name', [name]);
  return rows.length > 0;
}

export async function countFeeds(db: Queryable, otherThan: string): Promise<number> {
  const [row] = await db.query<{ count: number }>('select count(*)::int as count from feeds where name <> $1', [
    otherThan,
  ]);
  return row.count;
}

export async function selectFeeds(db: Queryable): Promise<Feed[]> {
  return (await db.query<FeedRow>(`select ${columns} from feeds order by name`)).map(toFeed);
}

export async function selectFeed(db: Queryable, name: string): Promise<Feed | undefined> {
  const [row] = await db.query<FeedRow>(`select ${columns} from feeds where name = $1`, [name]);
  return row && toFeed(row);
}

/** Makes a feed due. @returns whether there is one */
export async function askForPull(db: Queryable, name: string, acceptFewer: boolean, now: Date): Promise<boolean> {
  const rows = await db.query(
    `update feeds set due_at = $2, asked_at = $2, accept_fewer = $3,
       etag = case when not $3 then etag end, last_modified = case when not $3 then last_modified end,
       hash = case when not $3 then hash end
     where name = $1 returning name`,
    [name, now, acceptFewer],
  );
  return rows.length > 0;
}

/** Begins to pull the feed that is due longest; it is due again at `next`, whatever comes of it. */
export async function beginPull(db: Queryable, now: Date, next: Date): Promise<Feed | undefined> {
  const [row] = await db.query<FeedRow>(
    `update feeds set outcome = 'pulling', pulled_at = $1, due_at = $2, problem = null, import_id = null, items = null, facts = null,
       quarantined = null, merged = null, hidden = 0, shown = 0
     where name = (select due.name from feeds as due where due.due_at <= $1 order by due.due_at, due.name limit 1)
     returning ${columns}`,
    [now, next],
  );
  return row && toFeed(row);
}

/** What became of a pull; nothing where the feed was removed or set anew meanwhile. */
export async function endPull(
  db: Queryable,
  { name, setAt }: Pick<Feed, 'name' | 'setAt'>,
  { outcome, problem, importId, items, counts, hidden, shown }: Pull,
  validators: Validators | undefined,
): Promise<void> {
  await db.query(
    `update feeds set outcome = $3, problem = $4, import_id = $5, items = $6, facts = $7, quarantined = $8, merged = $9, hidden = $10,
       shown = $11, succeeded_at = case when $3 = 'failed' then succeeded_at else pulled_at end,
       accept_fewer = accept_fewer and $3 = 'failed',
       etag = case when $12 then $13 else etag end, last_modified = case when $12 then $14 else last_modified end,
       hash = case when $12 then $15 else hash end
     where name = $1 and set_at = $2`,
    [
      ...[name, setAt, outcome, problem, importId, items],
      ...[counts?.facts ?? null, counts?.quarantined ?? null, counts?.merged ?? null, hidden, shown],
      ...[
        validators !== undefined,
        validators?.etag ?? null,
        validators?.lastModified ?? null,
        validators?.hash ?? null,
      ],
    ],
  );
}

/** Whoever pulled these has died: only one pulls at a time. */
export async function endDeadPulls(db: Queryable, problem: string): Promise<void> {
  await db.query(`update feeds set outcome = 'failed', problem = $1 where outcome = 'pulling'`, [problem]);
}

/** Leaves a pull to whoever comes next. */
export async function leavePull(db: Queryable, name: string, now: Date): Promise<void> {
  await db.query(`update feeds set due_at = $2 where name = $1 and outcome = 'pulling'`, [name, now]);
}

/** How many items a feed had, and whether more than half of them have vanished, so that it is left as it was. */
export interface Noted {
  isShrunk: boolean;
  gone: number;
  before: number;
}

/**
 * Notes which items a feed holds now.
 * @throws FeedProblem where the feed was removed or set anew meanwhile
 */
export function noteItems(db: Database, feed: Feed, items: readonly NamedItem[]): Promise<Noted> {
  const { name, setAt, missing, acceptFewer } = feed;
  return db.transaction(async (tx) => {
    const held = await tx.query('select from feeds where name = $1 and set_at = $2 for update', [name, setAt]);
    if (held.length === 0) throw new FeedProblem();
    await tx.query(
      'create temporary table named_items (item_id text collate "C" primary key, says_hidden boolean) on commit drop',
    );
    await tx.copyInto(
      'named_items (item_id, says_hidden)',
      items.map(({ itemId, saysHidden }) => copyLine([itemId, saysHidden])),
    );
    await tx.query('analyze named_items');
    const isGone = 'not exists (select from named_items as named where named.item_id = known.item_id)';
    const [{ before, gone }] = await tx.query<Omit<Noted, 'isShrunk'>>(
      `select count(*)::int as before, (count(*) filter (where ${isGone}))::int as gone
       from feed_items as known where known.feed = $1 and known.gone_at is null`,
      [name],
    );
    const isShrunk = missing === 'hide' && !acceptFewer && gone * 2 > before;
    if (isShrunk) return { isShrunk, gone, before };
    await tx.query(
      `update feed_items as known set is_hidden = false from named_items as named
       where known.item_id = named.item_id and known.is_hidden and named.says_hidden`,
    );
    await tx.query(
      `insert into feed_items as known (feed, item_id) select $1, named.item_id from named_items as named
       on conflict (feed, item_id) do update set gone_at = null where known.gone_at is not null`,
      [name],
    );
    // Only what vanishes from now on is to be hidden, should that be asked for later.
    if (missing === 'keep') {
      await tx.query(`delete from feed_items as known where known.feed = $1 and not known.is_hidden and ${isGone}`, [
        name,
      ]);
    }
    await tx.query(
      `update feed_items as known set gone_at = clock_timestamp()
       where known.feed = $1 and known.gone_at is null and ${isGone}`,
      [name],
    );
    return { isShrunk, gone, before };
  });
}

/** What has vanished from a feed and is in no other one, by id. */
export async function selectGone(db: Queryable, feed: string, after: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ item_id: string }>(
    `select known.item_id from feed_items as known
     where known.feed = $1 and known.gone_at is not null and known.item_id > $2 and not exists (
       select from feed_items as other where other.item_id = known.item_id and other.gone_at is null)
     order by known.item_id limit $3`,
    [feed, after, limit],
  );
  return rows.map(({ item_id: itemId }) => itemId);
}

/** What was hidden and is in a feed again. */
export async function selectReturned(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ item_id: string }>(
    `select distinct known.item_id from feed_items as known join feed_items as live on live.item_id = known.item_id
     where known.is_hidden and live.gone_at is null limit $1`,
    [limit],
  );
  return rows.map(({ item_id: itemId }) => itemId);
}

export async function markHidden(db: Queryable, feed: string, itemIds: readonly string[]): Promise<void> {
  await db.query('update feed_items set is_hidden = true where feed = $1 and item_id = any($2::text[])', [
    feed,
    itemIds,
  ]);
}

export async function markShown(db: Queryable, itemIds: readonly string[]): Promise<void> {
  await db.query('update feed_items set is_hidden = false where is_hidden and item_id = any($1::text[])', [itemIds]);
}
