/** The categories of items by number, each with those below it. */
export interface Categories {
  /** -1: none */
  numberOf(path: string | null): number;
  /** the numbers of this category and those below it; undefined when no item has such a category */
  below(path: string): ReadonlySet<number> | undefined;
}

/** Between the names of a category's path. */
export const pathSeparator = ' > ';

/** A category and those above it, by their paths. */
export function ancestorsOf(path: string): string[] {
  const names = path.split(pathSeparator);
  return names.map((_, above) => names.slice(0, above + 1).join(pathSeparator));
}

export function createCategories(): Categories {
  const numbers = new Map<string, number>();
  const numbersBelow = new Map<string, Set<number>>();

  function add(path: string): number {
    const number = numbers.size;
    numbers.set(path, number);
    for (const prefix of ancestorsOf(path)) {
      const below = numbersBelow.get(prefix);
      if (below) below.add(number);
      else numbersBelow.set(prefix, new Set([number]));
    }
    return number;
  }

  return {
    numberOf: (path) => (path === null ? -1 : (numbers.get(path) ?? add(path))),
    below: (path) => numbersBelow.get(path),
  };
}
