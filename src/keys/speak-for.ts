import { type FieldFault, PannierError } from '../errors.ts';
import type { KeyRing } from './keys.ts';

/** What names a person: by id, or by what the shop's server signed for a page. */
export interface Named {
  customer_id?: string;
  customer_token?: string;
}

/** Who asks: a key, or a session. */
interface Asker {
  keyId: number;
  isPublishable?: boolean;
}

/**
 * Puts the customer's id in the place of a token, in each of what names people. A publishable key names nobody without one: otherwise
 * whoever reads it in a page could link a stranger's browser to a customer, or ask for a list that tells what they bought.
 *
 * A token that is over names nobody any more, and what came with it is the visitor's alone: it may have waited in a browser.
 * @param pointer where the first lies, as a JSON pointer; undefined: there is one, and it is the body
 * @throws PannierError `forbidden` that names each fault
 */
export function speakFor<Element extends object>(
  ring: Pick<KeyRing, 'readCustomerToken'>,
  { keyId, isPublishable }: Asker,
  elements: readonly Element[],
  now: Date,
  pointer?: string,
): Element[] {
  const faults: FieldFault[] = [];
  const field = (place: number, name: string) => (pointer === undefined ? `/${name}` : `${pointer}/${place}/${name}`);
  const named = elements.map((element, place) => {
    if (typeof element !== 'object' || element === null) return element;
    const { customer_token: token, customer_id: told } = element as Named;
    if (token === undefined) {
      if (told !== undefined && isPublishable) {
        faults.push({ field: field(place, 'customer_id'), message: 'needs a customer_token that your server signed' });
      }
      return element;
    }
    const { customer_token: _, ...rest } = element as Named & Element;
    const read = ring.readCustomerToken(String(token), keyId, now);
    if ('fault' in read) {
      if (read.fault === 'not signed' || told !== undefined) {
        faults.push({
          field: field(place, 'customer_token'),
          message: `is ${read.fault === 'expired' ? 'over' : 'not signed by this shop'}`,
        });
      }
      return rest as unknown as Element;
    }
    if (told !== undefined && told !== read.customerId) {
      faults.push({ field: field(place, 'customer_token'), message: 'names another customer than customer_id' });
    }
    return { ...rest, customer_id: read.customerId } as unknown as Element;
  });
  if (faults.length > 0) {
    throw new PannierError('forbidden', 'A publishable key speaks for a visitor only.', faults.slice(0, 100));
  }
  return named;
}
