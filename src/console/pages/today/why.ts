/** A figure that is the product of others, before and after. */
export interface Factor<Name extends string> {
  name: Name;
  before: number;
  after: number;
  /** what its change alone is worth of the whole change */
  worth: number;
}

/**
 * What of the change of a product each of its factors brings: ln(after / before) of the factor, weighed with the logarithmic mean
 * of the product (LMDI), so that the parts sum up to the change whatever the order. undefined: a factor is unknown or nothing.
 */
export function partsOfChange<Name extends string>(
  factors: readonly (readonly [name: Name, before: number | null, after: number | null])[],
): Factor<Name>[] | undefined {
  const known = factors.flatMap(([name, before, after]) =>
    before !== null && after !== null && before > 0 && after > 0 ? [{ name, before, after }] : [],
  );
  if (known.length < factors.length) return undefined;
  const product = (side: 'before' | 'after') => known.reduce((whole, factor) => whole * factor[side], 1);
  const weight = logarithmicMean(product('before'), product('after'));
  return known.map((factor) => ({ ...factor, worth: weight * Math.log(factor.after / factor.before) }));
}

function logarithmicMean(one: number, other: number): number {
  const ratio = Math.log(other / one);
  return Math.abs(ratio) < 1e-9 ? one : (other - one) / ratio;
}

export type FactorName = 'visitors' | 'orders' | 'customers' | 'ordersAVisitor' | 'ordersACustomer' | 'salesAnOrder';
type Sides = readonly [before: number | null, after: number | null];

/**
 * What net sales of a period are the product of: visitors, orders a visitor and net sales an order; where visitors are not known,
 * orders stand for them and how many of them ordered.
 * @param sides the period before, and the one that is looked at
 * @param of the values of an indicator by period
 */
export function factorsOfPeriod(
  sides: readonly [before: string, after: string],
  of: (indicatorId: string) => (period: string) => number | null,
): Factor<FactorName>[] | undefined {
  const sidesOf = (indicatorId: string): Sides => {
    const valueOn = of(indicatorId);
    return [valueOn(sides[0]), valueOn(sides[1])];
  };
  const [sales, orders, visitors] = [sidesOf('net-sales'), sidesOf('orders-placed'), sidesOf('visitors')];
  const anOrder = ['salesAnOrder', ...ratio(sales, orders)] as const;
  return (
    partsOfChange<FactorName>([['visitors', ...visitors], ['ordersAVisitor', ...ratio(orders, visitors)], anOrder]) ??
    partsOfChange<FactorName>([['orders', ...orders], anOrder])
  );
}

/** The same of a stretch of days, of which no visitors are counted: by the customers who ordered, else by orders. */
export function factorsOfFigures(
  figures: readonly { figure: 'net-sales' | 'orders' | 'customers'; before: string | number; now: string | number }[],
): Factor<FactorName>[] | undefined {
  const sidesOf = (name: string): Sides => {
    const found = figures.find(({ figure }) => figure === name);
    return found ? [Number(found.before), Number(found.now)] : [null, null];
  };
  const [sales, orders, customers] = [sidesOf('net-sales'), sidesOf('orders'), sidesOf('customers')];
  const anOrder = ['salesAnOrder', ...ratio(sales, orders)] as const;
  return (
    partsOfChange<FactorName>([
      ['customers', ...customers],
      ['ordersACustomer', ...ratio(orders, customers)],
      anOrder,
    ]) ?? partsOfChange<FactorName>([['orders', ...orders], anOrder])
  );
}

function ratio(above: Sides, below: Sides): Sides {
  const side = (place: 0 | 1) => {
    const [over, under] = [above[place], below[place]];
    return over === null || !under ? null : over / under;
  };
  return [side(0), side(1)];
}
