/** Values that files write where nobody is known, whatever their case; a mapping's `nobody` replaces the list. */
export const defaultNobody: readonly string[] = [
  '0',
  '0.0',
  '-',
  '--',
  '?',
  'null',
  '(null)',
  '<null>',
  '\\N',
  'nil',
  'nan',
  '<na>',
  'nat',
  'none',
  'n/a',
  'n.a.',
  'na',
  '#n/a',
  '#na',
  '#null!',
  '#ref!',
  '#value!',
  'undefined',
  'unknown',
  'guest',
  'guest user',
  'guest customer',
  'guest checkout',
  'anonymous',
  'anonym',
  'anon',
  'anonymous user',
  'not set',
  '(not set)',
  'gast',
  'gastbestellung',
  'unbekannt',
  'invité',
  'anonyme',
  'invitado',
  'anónimo',
  'ospite',
  'anonimo',
  'anoniem',
  'gość',
  'convidado',
  '游客',
  '匿名',
];

/** Makes the function that tells whether a value names nobody. */
export function createNobody(values: readonly string[] = defaultNobody): (text: string) => boolean {
  const nobody = new Set(values.map((value) => value.trim().toLowerCase()));
  const longest = Math.max(0, ...[...nobody].map((value) => value.length));
  return (text) => text.length <= longest && nobody.has(text.toLowerCase());
}

/** A number that a spreadsheet has rounded to a few digits: which of a million ids it was, nobody knows. */
export function isDestroyedId(text: string): boolean {
  return text.length <= 40 && /^\d(?:[.,]\d{1,20})?E\+\d{1,3}$/i.test(text);
}

/** Columns of ids in which a program has written whole numbers as decimals. */
export class IdShapes {
  readonly #seen = new Map<string, { decimals: number; others: boolean }>();

  see(field: string, text: string | undefined): void {
    if (text === undefined) return;
    let shape = this.#seen.get(field);
    if (!shape) {
      shape = { decimals: 0, others: false };
      this.#seen.set(field, shape);
    }
    if (shape.others) return;
    if (isWholeDecimal(text)) shape.decimals++;
    else if (!/^\d+$/.test(text)) shape.others = true;
  }

  /** Has the file such a column? */
  has(field: string): boolean {
    return this.#seen.has(field);
  }

  /** The columns that are whole numbers but for a `.0` here and there, and how many rows have one. */
  get wholeColumns(): { field: string; rows: number }[] {
    return [...this.#seen]
      .filter(([, { decimals, others }]) => decimals > 0 && !others)
      .map(([field, { decimals }]) => ({ field, rows: decimals }));
  }
}

export function isWholeDecimal(text: string): boolean {
  return text.length <= 128 && /^\d+\.0{1,6}$/.test(text);
}

/** `12347.0` as `12347`. */
export function wholeId(text: string): string {
  return isWholeDecimal(text) ? text.slice(0, text.indexOf('.')) : text;
}

/** An element whose ids in these fields are written whole. */
export function withWholeIds<Element extends object>(element: Element, fields: readonly string[]): Element {
  const written = fields.filter((field) => typeof (element as Record<string, unknown>)[field] === 'string');
  if (written.length === 0) return element;
  const ids = written.map((field) => [field, wholeId((element as Record<string, string>)[field])]);
  return { ...element, ...Object.fromEntries(ids) };
}
