import { createHash } from 'node:crypto';
import type { Database } from '../db/index.ts';
import { readOneMoment, selectHead, selectRawEntries } from './store.ts';

/** An entry that is not as it was written. */
export interface BrokenEntry {
  entryId: number;
  /** changed: its text or hash is another; missing: it is gone; added: it was not written in its turn */
  how: 'changed' | 'missing' | 'added';
}

export interface AuditCheck {
  entries: number;
  /** the first ones of them */
  broken: BrokenEntry[];
  brokenCount: number;
  /** the last entry and its hash: whoever has noted it elsewhere can tell that all before it is as it was */
  head: { entryId: number; hash: string };
}

const begins = Buffer.alloc(32);
const entriesAtOnce = 5_000;
const mostShown = 1_000;

/**
 * Reckons every entry's hash anew, from its own text and the hash before.
 * @param noted a head that was noted earlier
 */
export function checkAudit(db: Database, noted?: { entryId: number; hash: string }): Promise<AuditCheck> {
  return db.transaction(async (tx) => {
    await readOneMoment(tx);
    const told = createTeller();
    let entries = 0;
    let last = { entryId: 0, hash: begins as Buffer };
    for (;;) {
      const page = await selectRawEntries(tx, last.entryId, entriesAtOnce);
      for (const { entryId, fields, hash } of page) {
        const isNext = entryId === last.entryId + 1;
        told.tellAll(last.entryId + 1, entryId - 1, 'missing');
        // After a gap only the hash that it has itself could be compared with.
        if (isNext && !hashOf(last.hash, fields).equals(hash)) told.tell(entryId, 'changed');
        if (entryId === noted?.entryId && hash.toString('hex') !== noted.hash) told.tell(entryId, 'changed');
        last = { entryId, hash };
      }
      entries += page.length;
      if (page.length < entriesAtOnce) break;
    }
    const head = (await selectHead(tx)) ?? { entryId: last.entryId, hash: begins };
    told.tellAll(last.entryId + 1, Math.max(head.entryId, noted?.entryId ?? 0), 'missing');
    told.tellAll(head.entryId + 1, last.entryId, 'added');
    if (head.entryId === last.entryId && !head.hash.equals(last.hash)) told.tell(last.entryId, 'changed');
    const { broken, count } = told.all();
    return { entries, broken, brokenCount: count, head: { entryId: last.entryId, hash: last.hash.toString('hex') } };
  });
}

/** Each entry once, the first of them by their number. */
function createTeller() {
  const broken = new Map<number, BrokenEntry['how']>();
  let more = 0;
  const tell = (entryId: number, how: BrokenEntry['how']) => {
    if (broken.has(entryId)) return;
    if (broken.size < mostShown) broken.set(entryId, how);
    else more++;
  };
  return {
    tell,
    /** From the first to the last, both of them; however far apart these are, only those that are shown are walked. */
    tellAll(first: number, last: number, how: BrokenEntry['how']) {
      const until = Math.min(last, first + mostShown);
      for (let entryId = first; entryId <= until; entryId++) tell(entryId, how);
      more += Math.max(0, last - Math.max(until, first - 1));
    },
    all: () => ({ broken: Array.from(broken, ([entryId, how]) => ({ entryId, how })), count: broken.size + more }),
  };
}

/** As audit_text and write_audit_entry do in the database: each field with its length in bytes. */
function hashOf(before: Buffer, fields: readonly (string | null)[]): Buffer {
  const text = fields.map((field) => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`)).join(',');
  return createHash('sha256').update(before).update(text, 'utf8').digest();
}

/** As answers and the command have it. */
export function checkJson({ entries, broken, brokenCount, head }: AuditCheck) {
  return {
    is_whole: brokenCount === 0,
    entries,
    broken_count: brokenCount,
    broken: broken.map(({ entryId, how }) => ({ entry_id: String(entryId), how })),
    head: { entry_id: String(head.entryId), hash: head.hash },
  };
}
