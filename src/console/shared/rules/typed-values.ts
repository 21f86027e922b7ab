/** What stands in a field for one of several values, and whether it is the last of them. */
export interface Typed {
  text: string;
  counts: boolean;
}

export const nothingTyped: Typed = { text: '', counts: false };

/** The values once this is typed: it takes the place of what was typed before it, and none that is there already comes twice. */
export function typeInto(
  values: readonly string[],
  before: Typed,
  text: string,
): { values: readonly string[]; typed: Typed } {
  const kept = before.counts ? values.slice(0, -1) : values;
  const value = text.trim();
  const counts = value !== '' && !kept.includes(value);
  return { values: counts ? [...kept, value] : kept, typed: { text, counts } };
}
