import { invalidField } from '../errors.ts';
import { type Handlers, listOf, pageOf } from '../http/index.ts';
import type { Audit } from './audit.ts';
import { checkJson } from './check.ts';
import type { AuditEntry } from './store.ts';

const dayMs = 86_400_000;

export function auditRoutes(audit: Audit): Pick<Handlers, 'listAuditEntries' | 'checkAudit' | 'listWriteCounts'> {
  return {
    async listAuditEntries({ parameters }) {
      const { actor, subject, subject_id: subjectId } = parameters;
      const [from, to] = [dateOf(parameters.from), dateOf(parameters.to)];
      const read = (limit: number, below: number | undefined) =>
        audit.entries({ actor, subject, subjectId, from, to }, limit, below);
      return { json: await pageOf(parameters, read, ({ entryId }) => entryId, entryJson) };
    },
    async checkAudit({ parameters: { entry_id: entryId, hash } }) {
      if ((entryId === undefined) !== (hash === undefined))
        throw invalidField(entryId === undefined ? 'entry_id' : 'hash', 'must be given with the other one');
      const noted = entryId === undefined || hash === undefined ? undefined : { entryId: Number(entryId), hash };
      return { json: checkJson(await audit.check(noted)) };
    },
    async listWriteCounts({ parameters }) {
      const to = dateOf(parameters.to) ?? new Date(audit.clock().getTime() + 1);
      const from = dateOf(parameters.from) ?? new Date(to.getTime() - dayMs);
      const counts = await audit.counts(from, to);
      return {
        json: listOf(
          counts.map(({ hour, callerId, operation, requests, elements }) => ({
            hour: hour.toISOString(),
            caller: callerId < 0 ? ('user' as const) : ('key' as const),
            caller_id: String(Math.abs(callerId)),
            operation,
            requests,
            elements,
          })),
        ),
      };
    },
  };
}

const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

function entryJson({ entryId, at, actor, action, subject, subjectId, before, after }: AuditEntry) {
  return {
    entry_id: String(entryId),
    at: at.toISOString(),
    actor: {
      kind: actor.kind,
      key_id: actor.id === undefined ? null : String(actor.id),
      name: actor.name ?? null,
      operation: actor.operation ?? null,
    },
    action,
    subject,
    subject_id: subjectId,
    before,
    after,
  };
}
