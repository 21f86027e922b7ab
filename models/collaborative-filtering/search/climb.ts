import { seededRandom } from '../../random.ts';
import type { Choice } from '../../recipe-schema.ts';
import { choicesOf } from '../recipe.ts';

type Point = Readonly<Record<string, unknown>>;

/** How a point compares to the best before it: beyond chance, or inside the noise, where it may be better all the same. */
export type Step = 'surely better' | 'better' | 'even' | 'worse';

/** How far beyond the ends of a list of numbers a search may go. */
export interface Reach {
  readonly least: number;
  readonly greatest: number;
  readonly isWhole?: boolean;
}

/**
 * Climbs on a grid from the first value of every list: list by list it tries the next greater value, on in the same direction
 * for as long as that is better; where it is worse, the next smaller ones; where it makes no difference, neither. A list ends
 * where the search does not want to go further: past its ends it is continued in proportion, within reach. Two that make up for
 * each other are walked against each other, too, and what a round moved on several lists is tried once more together. It ends when nothing near is better,
 * unless a step was better beyond chance: then it jumps to points drawn at random, and climbs on from one that is better.
 * Deterministic by seed; no point is tried twice.
 *
 * @param grid lists of numbers are walked in ascending order, others in the given one; what usually matters most comes first
 * @param options.trials points that are tried at most; jumps are made while fewer than `looks` were (all if absent)
 * @param options.reach by list of at least two numbers; one without it ends where it ends
 * @param options.against two lists that are walked against each other, once each has been walked
 * @param attempt judges a point against the best before it; the first is always the best so far; undefined ends the search
 */
export async function climb(
  grid: Readonly<Record<string, Choice<unknown>>>,
  options: {
    trials: number;
    looks?: number;
    seed: number;
    reach?: Readonly<Record<string, Reach>> | undefined;
    against?: readonly [string, string] | undefined;
  },
  attempt: (point: Point) => Promise<Step | undefined>,
): Promise<void> {
  const { trials, looks = trials, seed, reach = {}, against } = options;
  const names = Object.keys(grid);
  const axes = new Map(names.map((name) => [name, createAxis(grid[name], reach[name])]));
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

  /** The point beside this one; undefined where one of the lists has ended. */
  function beside(moves: readonly Move[]): Point | undefined {
    const moved = moves.map(([name, direction]) => [name, axes.get(name)!.beside(point[name], direction)] as const);
    return moved.some(([, value]) => value === undefined) ? undefined : { ...point, ...Object.fromEntries(moved) };
  }

  /** Walks for as long as that is better. @returns what became of the first step */
  async function walk(...moves: readonly Move[]): Promise<Step | undefined> {
    let first: Step | undefined;
    for (;;) {
      const next = beside(moves);
      if (next === undefined) return first;
      const step = await visit(next);
      first ??= step;
      if (!isBetter(step)) return first;
    }
  }

  /** Goes on with what changed on several axes since a point, on all of them at once. */
  async function goOn(from: Point): Promise<void> {
    const moved = names.filter((name) => point[name] !== from[name]);
    if (moved.length < 2) return;
    const moves = moved.map((name): Move => [name, axes.get(name)!.directionOf(from[name], point[name])]);
    await walk(...moves);
  }

  async function climbFromHere(): Promise<void> {
    for (let before: Point | undefined; before !== point; ) {
      before = point;
      for (const name of names) {
        const up = await walk([name, 1]);
        if (up === undefined || up === 'worse') await walk([name, -1]);
        if (against?.[1] !== name) continue;
        const there = await walk([against[0], 1], [name, -1]);
        if (!isBetter(there)) await walk([against[0], -1], [name, 1]);
      }
      await goOn(before);
    }
  }

  await visit(point);
  await climbFromHere();
  if (!ledAnywhere) return;
  const random = seededRandom(seed);
  // Draws may hit what was tried already, so they are counted too.
  for (let draw = 0; draw < 4 * trials && tried.size < looks && !isOver; draw++) {
    const drawn = names.map((name) => {
      const { values } = axes.get(name)!;
      return [name, values[Math.floor(random() * values.length)]];
    });
    if (isBetter(await visit(Object.fromEntries(drawn)))) await climbFromHere();
  }
}

/** @param step undefined: it was not tried */
export function isBetter(step: Step | undefined): boolean {
  return step === 'better' || step === 'surely better';
}

type Direction = 1 | -1;
type Move = readonly [name: string, direction: Direction];

/** A list of values as a search walks it: numbers in ascending order, past the ends in proportion as far as it may reach. */
export function createAxis(choice: Choice<unknown>, reach: Reach | undefined) {
  const chosen = choicesOf(choice);
  const areNumbers = chosen.every((value) => typeof value === 'number');
  const values: unknown[] = areNumbers ? [...chosen].sort((a, b) => a - b) : [...chosen];

  /** What follows an end, in proportion to the last step of the list. */
  function beyond(direction: Direction): number | undefined {
    if (!reach || !areNumbers || values.length < 2) return undefined;
    const [end, inner] = (direction === 1 ? [values.at(-1), values.at(-2)] : values) as [number, number];
    // Of nothing there is no proportion.
    if (!(end > 0 && inner > 0)) return undefined;
    const next = Number(((end * end) / inner).toPrecision(3));
    const within = Math.min(reach.greatest, Math.max(reach.least, reach.isWhole ? Math.round(next) : next));
    return direction * (within - end) > 0 ? within : undefined;
  }

  return {
    values: values as readonly unknown[],
    /** The next value; one past the end is one of the list from then on. */
    beside(value: unknown, direction: Direction): unknown {
      const place = values.indexOf(value) + direction;
      if (place >= 0 && place < values.length) return values[place];
      const next = beyond(direction);
      if (next === undefined) return undefined;
      if (direction === 1) values.push(next);
      else values.unshift(next);
      return next;
    },
    directionOf: (from: unknown, to: unknown): Direction => (values.indexOf(to) > values.indexOf(from) ? 1 : -1),
  };
}
