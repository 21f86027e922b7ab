/** Deeper than any row of a shop, and far from where walking through it ends in a full stack. */
export const deepestJson = 20;

/** The value that a text of JSON holds; undefined for a text that is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isShallow(value: unknown, levels = deepestJson): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}
