import { type Database, notify, type Transaction } from '../../db/index.ts';
import { type FieldFault, invalidFields, notFound, PannierError } from '../../errors.ts';
import { readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import type { PolicyElement } from '../request-elements.ts';
import type { Policy } from './policy.ts';
import { readPolicy } from './read-policy.ts';
import * as store from './store.ts';

/** A policy with the version that decides and the newest one. */
export interface PolicyNow extends store.StoredPolicy {
  published: store.ProposedVersion | null;
  newest: store.ProposedVersion;
}

export interface Policies {
  listPolicies(): Promise<PolicyNow[]>;
  /** @throws PannierError `not_found` */
  readPolicy(policyId: string): Promise<PolicyNow>;
  /** The newest first, below the version `before`. @throws PannierError `not_found` */
  listPolicyVersions(policyId: string, limit: number, before?: number): Promise<store.ProposedVersion[]>;
  /** @throws PannierError `not_found` */
  readPolicyVersion(policyId: string, version: number): Promise<store.ProposedVersion>;
  /** When which version began to decide, the newest first. @throws PannierError `not_found` */
  listPublications(policyId: string): Promise<store.Publication[]>;
  /**
   * The next version of a policy, or its first: it decides nothing yet. What the newest says already is that.
   * @throws PannierError `invalid_request` naming the fields
   */
  proposePolicy(policyId: string, element: PolicyElement, note: string | null): Promise<store.ProposedVersion>;
  /** From the next decision on it decides; an older version is taken back to. @throws PannierError `not_found` */
  publishPolicy(policyId: string, version: number): Promise<PolicyNow>;
  /** Campaigns that name none are decided by it. @throws PannierError `not_found`, `conflict` where no version is published */
  makeDefaultPolicy(policyId: string): Promise<PolicyNow>;
}

/** So many of the times at which a version was published are told. */
const publicationsTold = 100;

export function createPolicies(deps: {
  db: Database;
  config: { minorDigits: number };
  clock: () => Date;
  barred: readonly string[];
}): Policies {
  const { db, config, clock } = deps;
  const barred = new Set(deps.barred);

  async function withVersions(policies: readonly store.StoredPolicy[]): Promise<PolicyNow[]> {
    return Promise.all(
      policies.map(async (one) => {
        const [newest, published] = await Promise.all(
          [one.newestVersion, one.publishedVersion].map((version) =>
            version === null ? undefined : store.selectVersion(db, one.policyId, version),
          ),
        );
        return { ...one, newest: newest!, published: published ?? null };
      }),
    );
  }

  async function read(policyId: string): Promise<PolicyNow> {
    const [found] = await withVersions(await store.selectPolicies(db, policyId, clock()));
    if (!found) throw notFound('policy');
    return found;
  }

  async function readVersion(policyId: string, version: number): Promise<store.ProposedVersion> {
    const found = await store.selectVersion(db, policyId, version);
    if (!found) throw notFound('version of this policy');
    return found;
  }

  /** What a policy asks for that it cannot decide by. @param tx a transaction until whose end the others are not removed */
  async function segmentFaults(policy: Policy, tx?: Transaction): Promise<(FieldFault & { id: string })[]> {
    if (policy.kind !== 'rules') return [];
    const asked = policy.rules.flatMap(({ when }, place) =>
      (['segments', 'notSegments'] as const).flatMap((name) =>
        (when[name] ?? []).map((id, at) => {
          return { id, field: `/policy/rules/${place}/when/${name === 'segments' ? name : 'not_segments'}/${at}` };
        }),
      ),
    );
    if (asked.length === 0) return [];
    const known = await readSegmentAttributes(tx ?? db, [...new Set(asked.map(({ id }) => id))], tx !== undefined);
    return asked.flatMap(({ id, field }) => {
      const attributes = known.get(id);
      if (!attributes) return [{ id, field, message: 'is no rule segment or list' }];
      const bar = barredAmong(attributes, barred);
      return bar ? [{ id, field, message: `is found by ${bar}, which is barred from decisions` }] : [];
    });
  }

  async function change(policyId: string, work: (tx: Transaction, published: number | null) => Promise<void>) {
    await db.transaction(async (tx) => {
      const published = await store.lockPolicy(tx, policyId);
      if (published === undefined) throw notFound('policy');
      await work(tx, published);
      await notify(tx, db.schema, { about: 'campaigns' });
    });
    return read(policyId);
  }

  return {
    listPolicies: async () => withVersions(await store.selectPolicies(db, null, clock())),
    readPolicy: read,
    async listPolicyVersions(policyId, limit, before) {
      await read(policyId);
      return store.selectVersions(db, policyId, limit, before);
    },
    readPolicyVersion: readVersion,
    async listPublications(policyId) {
      await read(policyId);
      return store.selectPublications(db, policyId, publicationsTold);
    },

    async proposePolicy(policyId, element, note) {
      const policy = readPolicy(policyId, element, { digits: config.minorDigits, barred });
      const faults = await segmentFaults(policy);
      if (faults.length > 0) throw invalidFields(faults.map(({ field, message }) => ({ field, message })));
      return db.transaction(async (tx) => {
        await store.lockPolicy(tx, policyId, true);
        await store.insertVersion(tx, policyId, policy, note);
        const [newest] = await store.selectVersions(tx, policyId, 1);
        return newest;
      });
    },

    publishPolicy: (policyId, version) =>
      change(policyId, async (tx, published) => {
        const { policy } = await readVersion(policyId, version);
        if (published === version) return;
        // They were there when it was proposed.
        const gone = new Set((await segmentFaults(policy, tx)).map(({ id }) => id));
        if (gone.size > 0) {
          throw new PannierError(
            'conflict',
            `Segments that this version asks for cannot be decided by: ${[...gone].join(', ')}.`,
          );
        }
        await store.publish(tx, policyId, version, published !== null && version < published ? 'rollback' : 'publish');
      }),

    makeDefaultPolicy: (policyId) =>
      change(policyId, async (tx, published) => {
        if (published === null) throw new PannierError('conflict', 'No version of this policy is published yet.');
        await store.makeDefault(tx, policyId);
      }),
  };
}
