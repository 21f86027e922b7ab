import { seededRandom } from '../../random.ts';
import { type Choice, choicesOf } from '../recipe.ts';

type Point = Readonly<Record<string, unknown>>;

/**
 * Climbs on a grid: from the first value of every list it tries, list by list, the next greater and next smaller value, and
 * moves to what is better, until nothing near is; then it jumps to a point drawn at random, and climbs on from there if that
 * is better, until `trials` are used or there is nothing left. Deterministic by seed; no point is tried twice.
 *
 * @param grid lists of numbers are walked in ascending order, others in the given one
 * @param attempt judges a point: higher is better; undefined ends the search
 */
export function climb(
  grid: Readonly<Record<string, Choice<unknown>>>,
  { trials, seed }: { trials: number; seed: number },
  attempt: (point: Point) => { readonly figure: number } | undefined,
): void {
  const names = Object.keys(grid);
  const axes = new Map(names.map((name) => [name, axisOf(grid[name])]));
  const tried = new Set<string>();
  let isOver = false;
  let best = Number.NEGATIVE_INFINITY;
  let point: Point = Object.fromEntries(names.map((name) => [name, choicesOf(grid[name])[0]]));

  /** Tries a point that is new; moves there if it is better than all before. */
  function visit(at: Point): boolean {
    const key = JSON.stringify(names.map((name) => at[name]));
    if (isOver || tried.has(key)) return false;
    if (tried.size >= trials) {
      isOver = true;
      return false;
    }
    tried.add(key);
    const result = attempt({ ...at });
    if (!result) isOver = true;
    else if (result.figure > best) {
      best = result.figure;
      point = at;
      return true;
    }
    return false;
  }

  function climbFromHere(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const name of names) {
        const axis = axes.get(name)!;
        for (const step of [1, -1]) {
          // On in the same direction for as long as it gets better.
          for (;;) {
            const place = axis.indexOf(point[name]) + step;
            if (place < 0 || place >= axis.length || !visit({ ...point, [name]: axis[place] })) break;
            moved = true;
          }
        }
      }
    }
  }

  visit(point);
  climbFromHere();
  const random = seededRandom(seed);
  // Draws may hit what was tried already, so they are counted too.
  for (let draw = 0; draw < 4 * trials && !isOver; draw++) {
    const drawn = names.map((name) => {
      const axis = axes.get(name)!;
      return [name, axis[Math.floor(random() * axis.length)]];
    });
    if (visit(Object.fromEntries(drawn))) climbFromHere();
  }
}

function axisOf(choice: Choice<unknown>): readonly unknown[] {
  const values = choicesOf(choice);
  return values.every((value) => typeof value === 'number') ? [...values].sort((a, b) => a - b) : values;
}
