import { type Choice, choicesOf } from './recipe.ts';

type Point = Readonly<Record<string, unknown>>;

/**
 * Climbs on a grid: from the first value of every list it tries, list by list, the next greater and next smaller value, and
 * moves to what is better, until nothing near is or `trials` are used. Deterministic; no point is tried twice.
 *
 * @param grid lists of numbers are walked in ascending order, others in the given one
 * @param trial judges a point: higher is better
 * @returns every point tried, in order
 */
export function climb<Result extends { readonly figure: number }>(
  grid: Readonly<Record<string, Choice<unknown>>>,
  trials: number,
  trial: (point: Point) => Result,
): Result[] {
  const names = Object.keys(grid);
  const axes = new Map(names.map((name) => [name, axisOf(grid[name])]));
  const tried = new Map<string, Result>();
  const point: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, choicesOf(grid[name])[0]]));
  const visit = (at: Point): Result | undefined => {
    const key = JSON.stringify(names.map((name) => at[name]));
    const known = tried.get(key);
    if (known || tried.size >= trials) return known;
    const result = trial({ ...at });
    tried.set(key, result);
    return result;
  };
  let best = visit(point);
  for (let moved = best !== undefined; moved; ) {
    moved = false;
    for (const name of names) {
      const axis = axes.get(name)!;
      for (const step of [1, -1]) {
        // On in the same direction for as long as it gets better.
        for (;;) {
          const place = axis.indexOf(point[name]) + step;
          if (place < 0 || place >= axis.length) break;
          const result = visit({ ...point, [name]: axis[place] });
          if (!result || !best || result.figure <= best.figure) break;
          best = result;
          point[name] = axis[place];
          moved = true;
        }
      }
    }
  }
  return [...tried.values()];
}

function axisOf(choice: Choice<unknown>): readonly unknown[] {
  const values = choicesOf(choice);
  return values.every((value) => typeof value === 'number') ? [...values].sort((a, b) => a - b) : values;
}
