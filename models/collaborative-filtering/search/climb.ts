import { seededRandom } from '../../random.ts';
import { type Choice, choicesOf } from '../recipe.ts';

type Point = Readonly<Record<string, unknown>>;

/** How a point compares to the best before it: beyond chance, or inside the noise, where it may be better all the same. */
export type Step = 'surely better' | 'better' | 'even' | 'worse';

/**
 * Climbs on a grid from the first value of every list: list by list it tries the next greater value, on in the same direction
 * for as long as that is better; where it is worse, the next smaller ones; where it makes no difference, neither. It ends when
 * nothing near is better, unless a step was better beyond chance: then it jumps to points drawn at random, and climbs on from
 * one that is better. Deterministic by seed; no point is tried twice.
 *
 * @param grid lists of numbers are walked in ascending order, others in the given one; what usually matters most comes first
 * @param options.trials points that are tried at most
 * @param attempt judges a point against the best before it; the first is always the best so far; undefined ends the search
 */
export async function climb(
  grid: Readonly<Record<string, Choice<unknown>>>,
  { trials, seed }: { trials: number; seed: number },
  attempt: (point: Point) => Promise<Step | undefined>,
): Promise<void> {
  const names = Object.keys(grid);
  const axes = new Map(names.map((name) => [name, axisOf(grid[name])]));
  const tried = new Set<string>();
  let isOver = false;
  let ledAnywhere = false;
  let point: Point = Object.fromEntries(names.map((name) => [name, choicesOf(grid[name])[0]]));

  /** Tries a point that is new; moves there if it is better. @returns undefined where it was not tried */
  async function visit(at: Point): Promise<Step | undefined> {
    const key = JSON.stringify(names.map((name) => at[name]));
    if (isOver || tried.has(key)) return undefined;
    if (tried.size >= trials) {
      isOver = true;
      return undefined;
    }
    tried.add(key);
    const step = await attempt({ ...at });
    if (step === undefined) isOver = true;
    if (isBetter(step)) point = at;
    if (step === 'surely better' && tried.size > 1) ledAnywhere = true;
    return step;
  }

  /** Walks along an axis for as long as that is better. @returns what became of the first step */
  async function walk(name: string, direction: 1 | -1): Promise<Step | undefined> {
    const axis = axes.get(name)!;
    let first: Step | undefined;
    for (;;) {
      const place = axis.indexOf(point[name]) + direction;
      if (place < 0 || place >= axis.length) return first;
      const step = await visit({ ...point, [name]: axis[place] });
      first ??= step;
      if (!isBetter(step)) return first;
    }
  }

  async function climbFromHere(): Promise<void> {
    for (let before: Point | undefined; before !== point; ) {
      before = point;
      for (const name of names) {
        const up = await walk(name, 1);
        if (up === undefined || up === 'worse') await walk(name, -1);
      }
    }
  }

  await visit(point);
  await climbFromHere();
  if (!ledAnywhere) return;
  const random = seededRandom(seed);
  // Draws may hit what was tried already, so they are counted too.
  for (let draw = 0; draw < 4 * trials && !isOver; draw++) {
    const drawn = names.map((name) => {
      const axis = axes.get(name)!;
      return [name, axis[Math.floor(random() * axis.length)]];
    });
    if (isBetter(await visit(Object.fromEntries(drawn)))) await climbFromHere();
  }
}

/** @param step undefined: it was not tried */
export function isBetter(step: Step | undefined): boolean {
  return step === 'better' || step === 'surely better';
}

function axisOf(choice: Choice<unknown>): readonly unknown[] {
  const values = choicesOf(choice);
  return values.every((value) => typeof value === 'number') ? [...values].sort((a, b) => a - b) : values;
}
