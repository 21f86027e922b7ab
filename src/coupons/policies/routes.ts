import { type Handlers, listOf, pageOf } from '../../http/index.ts';
import type { Policies, PolicyNow } from './policies.ts';
import { policyElement } from './read-policy.ts';
import type { ProposedVersion } from './store.ts';

type Operations =
  | 'listPolicies'
  | 'getPolicy'
  | 'listPolicyVersions'
  | 'getPolicyVersion'
  | 'proposePolicy'
  | 'publishPolicy'
  | 'makeDefaultPolicy';

export function policyRoutes(policies: Policies, money: (minor: number) => string): Pick<Handlers, Operations> {
  const toVersion = (version: ProposedVersion) => versionJson(version, money);
  const toPolicy = (policy: PolicyNow) => ({
    policy_id: policy.policyId,
    is_default: policy.isDefault,
    campaigns: policy.campaigns,
    published_at: policy.publishedAt?.toISOString() ?? null,
    published: policy.published && toVersion(policy.published),
    newest: toVersion(policy.newest),
  });
  return {
    listPolicies: async () => ({ json: listOf((await policies.listPolicies()).map(toPolicy)) }),
    async getPolicy({ parameters: { policy_id } }) {
      const [policy, publications] = await Promise.all([
        policies.readPolicy(policy_id),
        policies.listPublications(policy_id),
      ]);
      return {
        json: {
          ...toPolicy(policy),
          publications: publications.map(({ version, reason, publishedAt }) => {
            return { version, reason, published_at: publishedAt.toISOString() };
          }),
        },
      };
    },
    async listPolicyVersions({ parameters }) {
      const read = (limit: number, before?: number) => policies.listPolicyVersions(parameters.policy_id, limit, before);
      return { json: await pageOf(parameters, read, ({ version }) => version, toVersion) };
    },
    getPolicyVersion: async ({ parameters: { policy_id, version } }) => ({
      json: toVersion(await policies.readPolicyVersion(policy_id, version)),
    }),
    proposePolicy: async ({ parameters, body }) => ({
      status: 201,
      json: toVersion(await policies.proposePolicy(parameters.policy_id, body.policy, body.note ?? null)),
    }),
    publishPolicy: async ({ parameters: { policy_id }, body: { version } }) => ({
      json: toPolicy(await policies.publishPolicy(policy_id, version)),
    }),
    makeDefaultPolicy: async ({ parameters: { policy_id } }) => ({
      json: toPolicy(await policies.makeDefaultPolicy(policy_id)),
    }),
  };
}

function versionJson(
  { policyId, version, policy, note, proposedAt }: ProposedVersion,
  money: (minor: number) => string,
) {
  return {
    policy_id: policyId,
    version,
    policy: policyElement(policy, money),
    note,
    proposed_at: proposedAt.toISOString(),
  };
}
