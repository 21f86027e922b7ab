import { plainHeading } from '../../text/headings.ts';

/**
 * What names of an API's fields say of money and times, word by word: `discountedUnitPriceWithTax`, `total_refunded_money`,
 * `checkoutCompletedAt`. Such names are English, and made rather than chosen.
 */

/** A field that a name may be, the likelier the higher. */
export interface Role {
  field: string;
  score: number;
}

/** The steps of a path that say what its value is called, without those that only hold it. */
export function ownWords(path: string): Set<string> {
  const steps = path.split('.');
  const holders =
    /^(?:amount|value|text|number|decimal|gross|money|shop_?money|cent_?amount|set|node|resource|original)$/i;
  let last = steps.length - 1;
  while (last > 0 && holders.test(steps[last])) last--;
  const isGross = steps.slice(last + 1).some((step) => /gross/i.test(step));
  const words = plainHeading(steps[last]).split(' ');
  return new Set([...words, ...(isGross ? ['gross'] : [])]);
}

const notMoney = [
  ...[
    'quantity',
    'qty',
    'count',
    'number',
    'id',
    'ids',
    'weight',
    'percent',
    'percentage',
    'points',
    'version',
    'code',
    'name',
  ],
  ...[
    'type',
    'class',
    'status',
    'state',
    'currency',
    'date',
    'time',
    'at',
    'label',
    'method',
    'commission',
    'margin',
    'deposit',
    'unitofmeasure',
    'exchange',
    'cents',
  ],
  // What the shop is paid or pays itself.
  ...[
    'expense',
    'expenses',
    'earning',
    'earnings',
    'profit',
    'payout',
    'settlement',
    'balance',
    'charge',
    'charges',
    'liable',
  ],
];

interface Words {
  has: (...words: string[]) => boolean;
  /** with its tax, without it, or nothing is said */
  tax: 'with' | 'without' | undefined;
  isTax: boolean;
}

function read(path: string): Words | undefined {
  const words = ownWords(path);
  if (notMoney.some((word) => words.has(word))) return undefined;
  const has = (...wanted: string[]) => wanted.some((word) => words.has(word));
  const isTaxed = has('tax', 'vat', 'taxes');
  const isWith = has('incl', 'inc', 'including', 'with', 'gross', 'included', 'after');
  const isWithout = has('excl', 'ex', 'excluding', 'without', 'net', 'before', 'exclusive');
  const tax = isWithout && (isTaxed || has('net', 'excl', 'excluding', 'ex')) ? 'without' : isWith ? 'with' : undefined;
  return { has, tax, isTax: isTaxed && !isWith && !isWithout };
}

/** What a path into a line says of its money. */
export function roleInLine(path: string): Role | undefined {
  const words = read(path);
  if (!words || words.isTax) return undefined;
  const { has, tax } = words;
  if (has('shipping', 'delivery', 'freight', 'fee', 'fees', 'rate', 'taxes')) return undefined;
  const lean = tax === 'with' ? 20 : tax === 'without' ? -20 : 0;
  if (has('refund', 'refunded', 'returned')) return { field: 'line_refunded_amount', score: 300 + lean };
  if (has('cost')) return { field: 'unit_cost', score: 300 + lean };
  if (has('discount', 'discounts', 'coupon', 'voucher', 'promotion', 'promotional') && !has('before', 'after'))
    return { field: has('unit') ? 'unit_discount' : 'line_discount', score: 300 + lean };
  const isPaid = has('discounted', 'reduced', 'paid', 'final', 'selling', 'sale', 'prorated', 'actual');
  const isListed = has(
    'original',
    'base',
    'list',
    'regular',
    'compare',
    'undiscounted',
    'full',
    'before',
    'catalog',
    'msrp',
    'rrp',
    'old',
  );
  const worth = 300 + lean + (isPaid ? 30 : 0) - (isListed ? 60 : 0);
  const isUnit = has('unit', 'each', 'item', 'per') && !has('total', 'line', 'row');
  if (!isUnit && has('total', 'subtotal', 'amount', 'row', 'line', 'extended', 'sum', 'revenue'))
    return { field: 'line_amount', score: worth - (has('subtotal', 'sub') ? 10 : 0) };
  return has('price', 'money', 'amount') ? { field: 'unit_price', score: worth + (isUnit ? 10 : 0) } : undefined;
}

/** What a path of an order says of its money. */
export function roleInOrder(path: string): Role | undefined {
  const words = read(path);
  if (!words) return undefined;
  const { has, tax, isTax } = words;
  const lean = tax === 'with' ? 20 : tax === 'without' ? -20 : 0;
  const depth = 5 * path.split('.').length;
  const role = (field: string, score: number): Role => ({ field, score: score + lean - depth });
  if (has('refund', 'refunded')) return role('refunded_amount', has('total') ? 320 : 300);
  if (
    has('gift', 'tip', 'tips', 'credit', 'balance', 'due', 'outstanding', 'handling', 'wrapping', 'insurance', 'duties')
  )
    return undefined;
  if (has('shipping', 'ship', 'delivery', 'freight', 'postage', 'shipment')) {
    return has('discount', 'discounts', 'tax', 'taxes') && tax === undefined
      ? undefined
      : role('shipping', has('total', 'price', 'cost') ? 310 : 300);
  }
  if (isTax) return role('tax', has('total') ? 320 : 300);
  if (has('discount', 'discounts', 'promo', 'promotion', 'promotions', 'coupon', 'voucher', 'savings'))
    return role('order_discount', has('total') ? 320 : 300);
  if (
    has('subtotal') ||
    (has('sub', 'items', 'item', 'products', 'product', 'position', 'goods') && has('total', 'price', 'amount'))
  )
    return role('subtotal', 300);
  if (has('paid') && has('amount', 'total', 'money')) return role('order_total', 290);
  return has('total')
    ? role('order_total', has('grand', 'price', 'amount', 'money', 'order') || ownWords(path).size === 1 ? 320 : 300)
    : undefined;
}

/** What a name says of a time of the order. */
export function roleInTime(path: string): Role | undefined {
  const words = ownWords(path);
  const has = (...wanted: string[]) => wanted.some((word) => words.has(word));
  if (
    !has('at', 'on', 'date', 'time', 'datetime', 'timestamp') ||
    has('shipping', 'ship', 'delivery', 'due', 'birth', 'expiry', 'expiration')
  )
    return undefined;
  if (has('updated', 'update', 'upd', 'modified', 'modification', 'changed', 'change', 'edited'))
    return { field: 'updated_at', score: 300 };
  if (has('canceled', 'cancelled', 'cancellation', 'voided')) return { field: 'cancelled_at', score: 300 };
  if (has('refunded', 'refund')) return { field: 'refunded_at', score: 300 };
  if (has('placed', 'ordered', 'purchased', 'purchase', 'checkout', 'order', 'sale', 'sold'))
    return { field: 'occurred_at', score: 320 };
  return has(
    'created',
    'create',
    'creation',
    'add',
    'added',
    'issued',
    'transaction',
    'completed',
    'accepted',
    'submitted',
  )
    ? { field: 'occurred_at', score: 300 }
    : undefined;
}
