import { z } from 'zod';
import type { LoggedChoice } from '../../coupons/index.ts';
import { invalidFields } from '../../errors.ts';

const ruleSchema = z.strictObject({
  /** absent: whatever the group, or cause */
  groups: z.array(z.string()).optional(),
  causes: z.array(z.string()).optional(),
  /** null: no coupon */
  campaign_id: z.string().min(1).nullable(),
});
/** A proposed rule: the first part that fits a customer says what they get; where none fits, no coupon. */
const policySchema = z.strictObject({ rules: z.array(ruleSchema) });
export type PolicyRule = z.output<typeof policySchema>;

/** @throws PannierError `invalid_request` naming every field that cannot be read */
export function readPolicy(policy: unknown): PolicyRule {
  const parsed = policySchema.safeParse(policy);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => ({ field: `/${path.join('/')}`, message }));
  throw invalidFields(faults);
}

/** The campaign that a rule wants for a logged choice; null: no coupon. */
export function wantedCampaign({ rules }: PolicyRule, choice: LoggedChoice): string | null {
  return rules.find((rule) => fits(rule, choice))?.campaign_id ?? null;
}

function fits({ groups, causes }: PolicyRule['rules'][number], { group, cause }: LoggedChoice): boolean {
  return (groups === undefined || (group !== null && groups.includes(group))) && (causes?.includes(cause) ?? true);
}
