/**
 * Sorted rows under their headings. Headings stand in the order in which they come first as the rows were given; without headings all
 * rows stand under none.
 */
export function inGroups<Row>(
  given: readonly Row[],
  sorted: readonly Row[],
  headingOf: ((row: Row) => string) | undefined,
): [heading: string, rows: Row[]][] {
  if (!headingOf) return [['', [...sorted]]];
  const groups = new Map<string, Row[]>(given.map((row) => [headingOf(row), []]));
  for (const row of sorted) groups.get(headingOf(row))?.push(row);
  return [...groups];
}
