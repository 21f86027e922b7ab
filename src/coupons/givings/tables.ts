import type { GivenRow } from './givings.ts';
import { outcomeWords } from './outcome-words.ts';

/** As which a table of who got what is written, for the tool that sends. */
export type GivingForm = 'plain' | 'klaviyo' | 'mailchimp' | 'braze';

type Row = Record<string, string | number | null>;

/** In which arm an outcome is; null: the campaign was not to give them anything. */
export function armOf({ outcome }: Pick<GivenRow, 'outcome'>): 'treatment' | 'control' | 'holdout' | null {
  if (outcome === 'granted') return 'treatment';
  if (outcome === 'control-group') return 'control';
  return outcome === 'holdout' ? 'holdout' : null;
}

interface ToolColumns {
  id: string;
  email: string;
  code: string;
  until: string;
  /** is a row without an address refused? */
  needsEmail: boolean;
  /** of an item of the customer's own list, by its place from 1 on */
  item: (place: number) => ItemColumns;
}

interface ItemColumns {
  id?: string;
  title: string;
  link: string;
}

/**
 * What tools call a customer, their address, the code and its end, in the order in which their columns stand. Klaviyo wants the
 * address first and in every row, Mailchimp in every row; Braze takes `external_id` and `email` as its own and reads others as
 * attributes; names of Mailchimp's fields have at most ten characters.
 */
const ofTools: Record<Exclude<GivingForm, 'plain'>, ToolColumns> = {
  klaviyo: {
    ...{ email: 'Email Address', id: 'External ID', code: 'Coupon Code', until: 'Coupon Expires', needsEmail: true },
    item: (place) => ({ title: `Item ${place} Title`, link: `Item ${place} Link` }),
  },
  mailchimp: {
    ...{ email: 'Email Address', id: 'CUSTOMERID', code: 'COUPON', until: 'COUPONEND', needsEmail: true },
    item: (place) => ({ title: `ITEM${place}`, link: `ITEM${place}URL` }),
  },
  braze: {
    ...{ id: 'external_id', email: 'email', code: 'coupon_code', until: 'coupon_expires', needsEmail: false },
    item: (place) => ({ title: `item_${place}_title`, link: `item_${place}_url` }),
  },
};

const plainItem = (place: number): ItemColumns => ({
  id: `item_${place}_id`,
  title: `item_${place}_title`,
  link: `item_${place}_url`,
});

const plainColumns = ['customer_id', 'arm', 'outcome', 'why', 'code', 'valid_until', 'decision_id'];

/** The columns of a form, then items and attributes of the customers; none of these stands for a column of the form. */
export function columnsOf(form: GivingForm, attributes: readonly string[], items = 0): string[] {
  const own = form === 'plain' ? plainColumns : namesOf(ofTools[form]);
  const ofItems = Array.from({ length: items }, (_, place) => Object.values(itemColumns(form, place + 1))).flat();
  return [...new Set([...own, ...ofItems, ...attributes])];
}

function namesOf(tool: ToolColumns): string[] {
  return Object.values(tool).filter((one): one is string => typeof one === 'string');
}

function itemColumns(form: GivingForm, place: number): ItemColumns {
  return form === 'plain' ? plainItem(place) : ofTools[form].item(place);
}

/** A row of a form; undefined: it has none, for tools send to those who were given a code that is good. */
export function rowOf(form: GivingForm, attributes: readonly string[], given: GivenRow, items = 0): Row | undefined {
  const { customerId, outcome, code, decisionId } = given;
  const validUntil = given.validUntil?.toISOString() ?? null;
  const attribute = (name: string) => (Object.hasOwn(given.attributes, name) ? textOf(given.attributes[name]) : null);
  const chosen: Row = Object.fromEntries(attributes.map((name) => [name, attribute(name)]));
  for (let place = 1; place <= items; place++) {
    const item = given.items[place - 1];
    const { id, title, link } = itemColumns(form, place);
    if (id !== undefined) chosen[id] = item?.item_id ?? null;
    chosen[title] = item?.title ?? null;
    chosen[link] = item?.url ?? null;
  }
  if (form === 'plain') {
    const became = { arm: armOf(given), outcome, why: outcomeWords[outcome] };
    return {
      ...chosen,
      customer_id: customerId,
      ...became,
      code,
      valid_until: validUntil,
      decision_id: decisionId === null ? null : String(decisionId),
    };
  }
  if (code === null || given.isStopped) return undefined;
  const email = attribute('email');
  const tool = ofTools[form];
  if (tool.needsEmail && email === null) return undefined;
  return { ...chosen, [tool.id]: customerId, [tool.email]: email, [tool.code]: code, [tool.until]: validUntil };
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
