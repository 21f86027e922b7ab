/** The first of these attributes that must not count: itself, or more closely told, is among those barred. */
export function barredAmong(names: Iterable<string>, barred: ReadonlySet<string>): string | undefined {
  if (barred.size === 0) return undefined;
  // Tags are named with hyphens.
  const bars = Array.from(barred, (bar) => bar.replaceAll('-', '_'));
  return [...names].find((name) => bars.some((bar) => name === bar || name.endsWith(`_${bar}`)));
}
