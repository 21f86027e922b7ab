/**
 * Figures as answers tell them: six significant digits say all that a figure of a model knows. Whole numbers are counts, ids and
 * days, and stay; money is text.
 */
export function figure(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(significantDigits));
}

const significantDigits = 6;
/** More than rounding can lift a figure by. */
const roundingPart = 10 ** (1 - significantDigits);

/** Does a figure reach a bound, as answers tell it? Who takes a bound out of an answer finds what it was told of. */
export function reaches(value: number, bound: number): boolean {
  return value >= bound || (bound - value <= roundingPart * Math.abs(bound) && figure(value) >= bound);
}

/** What somebody sent is told as it was sent. */
const sentByName: ReadonlySet<string> = new Set(['attributes', 'definition', 'raw', 'recipe', 'recipes']);

/** An answer with its figures rounded; what was computed and kept stays as it is. */
export function inFigures<Answer>(answer: Answer): Answer {
  return told(answer) as Answer;
}

function told(value: unknown): unknown {
  if (typeof value === 'number') return figure(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(told);
  const rounded: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const one = (value as Record<string, unknown>)[name];
    rounded[name] = sentByName.has(name) ? one : told(one);
  }
  return rounded;
}
