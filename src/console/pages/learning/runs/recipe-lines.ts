/** Recipe values as somebody types them, one a line: `association-rules.minimumSupport = 0.01`. */
export type RecipeValues = { [field: string]: RecipeValues | string | number | boolean | null | unknown[] };

/**
 * Reads them into recipes by model.
 * @returns the recipes, or the first line that is none
 */
export function readRecipeLines(text: string): { recipes: Record<string, RecipeValues> } | { fault: string } {
  const recipes: Record<string, RecipeValues> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (!line) continue;
    const found = /^([a-z-]+)\.([\w.-]+)\s*[=:]\s*(.+)$/.exec(line);
    const names = found ? [found[1] as string, ...(found[2] as string).split('.')] : [];
    if (!found || names.some((name) => !name || name === '__proto__')) return { fault: line };
    let place = recipes as RecipeValues;
    for (const name of names.slice(0, -1)) {
      const inner = place[name];
      const next = inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? inner : {};
      place[name] = next;
      place = next;
    }
    place[names.at(-1) as string] = readValue(found[3] as string);
  }
  return { recipes };
}

/** A number, true, false, null or a list where it reads as one; a word otherwise. */
function readValue(text: string): string | number | boolean | null {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same the other way round, so that what was found elsewhere can be tried. */
export function writeRecipeLines(kind: string, fields: readonly (readonly [field: string, value: string])[]): string {
  return fields.map(([field, value]) => `${kind}.${field} = ${value}`).join('\n');
}
