import { alikeIn, type Histories, type History, historyOf } from '../histories.ts';

/** The models of how often customers order and when they leave, the simplest first. */
export const orderModelNames = ['bg-nbd', 'mbg-nbd', 'pareto-nbd'] as const;
/** Name of one of them. */
export type OrderModelName = (typeof orderModelNames)[number];

/** One of them with its parameters; times in the unit of the histories that it was fitted to. */
export interface OrderModel {
  readonly name: OrderModelName;
  readonly parameters: Readonly<Record<string, number>>;
  /** of all the customers it was fitted to */
  readonly logLikelihood: number;
  /** false: of who ordered once it says nothing about leaving (a probability of 1, whatever happened since) */
  readonly tellsOfOneOrder: boolean;
  /** true: of who did the same it says different things by pattern */
  readonly readsPatterns?: boolean;
  /** the logarithm of the density of one history */
  logLikelihoodOf(history: History): number;
  /** the probability that the customer has not left */
  aliveProbability(history: History): number;
  /** the expected orders in the `horizon` after now of a customer who has not left */
  expectedOrdersAlive(history: Omit<History, 'lastRepeat'>, horizon: number): number;
  /**
   * The time from now within which a customer has ordered again with the given probability.
   *
   * @param wait.alive what `aliveProbability` gives
   * @param wait.atMost times beyond it are not looked for
   * @returns Infinity where the probability is not reached
   */
  waitForOrder(
    history: Omit<History, 'lastRepeat'>,
    wait: { alive: number; probability: number; atMost: number },
  ): number;
}

/** By customer what a model says of their history: `say` is asked once for those alike. */
export function sayOfEach(
  { readsPatterns }: OrderModel,
  histories: Omit<Histories, 'meanSpend'>,
  say: (history: History) => number,
): Float64Array {
  const sayOf = (customer: number) => say(historyOf(histories, customer));
  if (readsPatterns) return Float64Array.from(histories.repeats, (_, customer) => sayOf(customer));
  const { numbers, firsts } = alikeIn(histories);
  const said = Float64Array.from(firsts, sayOf);
  const values = new Float64Array(numbers.length);
  for (let customer = 0; customer < values.length; customer++) values[customer] = said[numbers[customer]];
  return values;
}
