import type { GivenRow } from './givings.ts';

/** As which a table of who got what is written, for the tool that sends. */
export type GivingForm = 'plain' | 'klaviyo' | 'mailchimp' | 'braze';

type Row = Record<string, string | number | null>;

/** In which arm an outcome is; null: the campaign was not to give them anything. */
export function armOf({ outcome }: Pick<GivenRow, 'outcome'>): 'treatment' | 'control' | 'holdout' | null {
  if (outcome === 'granted') return 'treatment';
  if (outcome === 'control-group') return 'control';
  return outcome === 'holdout' ? 'holdout' : null;
}

/** What tools call a customer, their address, the code and its end. */
const ofTools: Record<
  Exclude<GivingForm, 'plain'>,
  readonly [id: string, email: string, code: string, until: string]
> = {
  klaviyo: ['External ID', 'Email', 'Coupon Code', 'Coupon Expires'],
  mailchimp: ['CUSTOMERID', 'Email Address', 'COUPON', 'COUPONEND'],
  braze: ['external_id', 'email', 'coupon_code', 'coupon_expires'],
};

const plainColumns = ['customer_id', 'arm', 'outcome', 'code', 'valid_until', 'decision_id'];

/** The columns of a form, with attributes of the customers behind them; none of these stands for a column of the form. */
export function columnsOf(form: GivingForm, attributes: readonly string[]): string[] {
  return [...new Set([...(form === 'plain' ? plainColumns : ofTools[form]), ...attributes])];
}

/** A row of a form; undefined: it has none, for tools send to those who were given a code that is good. */
export function rowOf(form: GivingForm, attributes: readonly string[], given: GivenRow): Row | undefined {
  const { customerId, outcome, code, decisionId } = given;
  const validUntil = given.validUntil?.toISOString() ?? null;
  const attribute = (name: string) => (Object.hasOwn(given.attributes, name) ? textOf(given.attributes[name]) : null);
  const chosen = Object.fromEntries(attributes.map((name) => [name, attribute(name)]));
  if (form === 'plain') {
    const row = { customer_id: customerId, arm: armOf(given), outcome, code, valid_until: validUntil };
    return { ...chosen, ...row, decision_id: String(decisionId) };
  }
  if (code === null || given.isStopped) return undefined;
  const email = attribute('email');
  if (form === 'mailchimp' && email === null) return undefined;
  const [idName, emailName, codeName, untilName] = ofTools[form];
  return { ...chosen, [idName]: customerId, [emailName]: email, [codeName]: code, [untilName]: validUntil };
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
