export const itemId = (item: number): string => numbered('I', item, 4);
export const customerId = (customer: number): string => numbered('C', customer, 6);
export const orderId = (order: number): string => numbered('O', order, 7);
export const refundId = (refund: number): string => numbered('R', refund, 6);
export const eventId = (event: number): string => numbered('E', event, 8);

/** Each device of a shopper, 0 or 1, is a visitor of its own. */
export const visitorId = (shopper: number, device: number): string => numbered('V', 2 * shopper + device, 7);

/** Inside the generator everything is counted from 0; the shop counts from 1. */
export function numbered(letter: string, index: number, digits: number): string {
  return letter + String(index + 1).padStart(digits, '0');
}
