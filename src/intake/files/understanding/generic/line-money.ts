import { toScaled } from '../exact.ts';
import { decimalOf } from '../forms.ts';
import { compile, type Scope } from '../source.ts';
import { type Role, roleInLine } from './roles.ts';

/** A path into a line whose values are numbers, as a field of money. */
interface Candidate extends Role {
  path: string;
  /** in millionths, line by line; undefined: none */
  values: (bigint | undefined)[];
}

/** Which paths into a line say its money, by their names and by how they go together in the lines. */
export function chooseLineMoney(
  paths: readonly string[],
  lines: readonly Scope[],
  quantity: string | undefined,
): Record<string, string> {
  const pieces = numbersAt(quantity, lines).map((one) => one ?? 1_000_000n);
  const found = paths.flatMap((path): Candidate[] => {
    const role = roleInLine(path);
    const values = role ? numbersAt(path, lines) : [];
    return role && isNumeric(values) ? [{ ...role, path, values }] : [];
  });
  const of = (...fields: string[]) =>
    found.filter(({ field }) => fields.includes(field)).sort((a, b) => b.score - a.score);
  const [cost] = of('unit_cost');
  const money = of('unit_price', 'line_amount');
  const chosen = choosePrice(money, pieces);
  const [back] = of('line_refunded_amount').filter(({ values }) => values.some((one) => one !== undefined && one > 0n));
  const discount = chosen['line_amount'] === undefined ? chooseDiscount(of('line_discount', 'unit_discount')) : {};
  return {
    ...chosen,
    ...discount,
    ...(cost && { unit_cost: cost.path }),
    ...(back && { line_refunded_amount: back.path }),
  };
}

function chooseDiscount([discount]: readonly Candidate[]): Record<string, string> {
  return discount ? { [discount.field]: discount.path } : {};
}

/** The price of a piece, or what was paid for the line where that is less at times. */
function choosePrice(money: readonly Candidate[], pieces: readonly bigint[]): Record<string, string> {
  const pairs = money.flatMap((price) =>
    money
      .filter((amount) => amount !== price)
      .map((amount) => ({
        price,
        amount,
        relation: relationOf(amount, price, pieces),
        score: amount.score + price.score,
      })),
  );
  pairs.sort((a, b) => b.score - a.score);
  const paid = pairs.find(({ relation, amount }) => relation === 'less' && amount.score >= 280);
  if (paid) return { unit_price: paid.price.path, line_amount: paid.amount.path };
  const equal = pairs.find(({ relation }) => relation === 'equal');
  if (equal) return { unit_price: equal.price.path };
  const best = money.find(({ field }) => field === 'unit_price') ?? money[0];
  return best ? { [best.field]: best.path } : {};
}

const enough = 0.98;

/** Is it the price by the pieces: always, and more than the price at times, or less than that at times, and never more? */
function relationOf(
  { values: amounts }: Candidate,
  { values: prices }: Candidate,
  pieces: readonly bigint[],
): 'equal' | 'less' | undefined {
  let [rows, equal, less, several] = [0, 0, 0, 0];
  for (const [index, amount] of amounts.entries()) {
    const price = prices[index];
    if (amount === undefined || price === undefined) continue;
    rows++;
    const difference = Number(amount) - (Number(price) * Number(pieces[index])) / 1e6;
    if (Math.abs(difference) < 11_000) {
      equal++;
      if (pieces[index] > 1_000_000n) several++;
    } else if (difference < 0 && amount >= 0n) less++;
  }
  if (rows === 0 || (equal + less) / rows < enough) return undefined;
  // The price of a piece is less than that of the line too, but never of several pieces.
  if (several === 0) return undefined;
  if (less === 0) return 'equal';
  return equal / rows >= 0.3 ? 'less' : undefined;
}

function isNumeric(values: readonly (bigint | undefined)[]): boolean {
  const told = values.filter((one) => one !== undefined).length;
  return told > 0 && told >= values.length * 0.3;
}

function numbersAt(path: string | undefined, lines: readonly Scope[]): (bigint | undefined)[] {
  if (path === undefined) return lines.map(() => undefined);
  const get = compile(`@${path}`);
  return lines.map((scope) => toScaled(decimalOf(get(scope), '.', true)));
}
