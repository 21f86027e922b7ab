import { z } from 'zod';
import { say } from '../../../sentences/index.ts';
import { isOrderField, type OwnPreset } from '../../files/understanding/own-preset.ts';
import type { Condition, Output, OutputKind, Packing, Source } from '../../files/understanding/plan.ts';
import { isElementField } from '../elements/element-fields.ts';
import type { ImportKind } from '../kinds.ts';

/**
 * What a mapping file may say beside the columns' names: what the presets of platforms have. With any of it a file is understood
 * as an export is, by the mapping instead of a platform's preset.
 */

const name = z.string().min(1).max(400);
const names = z.array(name).min(1).max(20);

const rule = z.union([
  z.strictObject({ constant: z.string().min(1).max(1_024) }),
  z.strictObject({
    from: z.union([name, names]),
    values: z.record(z.string().max(400), z.string().max(1_024)),
    otherwise: z.string().max(1_024).optional(),
  }),
  z.strictObject({ join: names, by: z.string().max(20).default('-') }),
  z.strictObject({ sum: name }),
]);

/** Where a field comes from. */
export const columnSchema = z.union(
  [
    name,
    z
      .array(z.union([name, rule]))
      .min(1)
      .max(20),
    rule,
  ],
  {
    error: say('fault.mapped-column', {}),
  },
);

const meanings = {
  counts: 'paid',
  refunded: 'refunded',
  partially_refunded: 'partially refunded',
  returned: 'returned',
  cancelled: 'cancelled',
  failed: 'failed',
  unpaid: 'unpaid',
  test: 'test',
} as const;

const packings: readonly Packing[] = ['pairs-by-bar', 'pairs-by-comma', 'quantity-times-name', 'json'];

const conditionSchema = z
  .strictObject({
    column: z.union([name, names]),
    in: z.array(z.string().max(400)).min(1).max(200).optional(),
    not_in: z.array(z.string().max(400)).min(1).max(200).optional(),
    filled: z.boolean().optional(),
  })
  .refine((one) => one.in !== undefined || one.not_in !== undefined || one.filled !== undefined, {
    error: say('fault.mapped-rows', {}),
  });

export const ownSchema = {
  /** Which rows are taken: each must be so. */
  rows: z.array(conditionSchema).max(50).optional(),
  /** What the words of `status` mean. */
  statuses: z
    .partialRecord(
      z.enum(Object.keys(meanings) as (keyof typeof meanings)[]),
      z.array(z.string().min(1).max(400)).max(200),
    )
    .optional(),
  /** The list in each row that its lines are in, or the column that they are packed into. */
  lines: z
    .union([name, z.strictObject({ column: name, packed: z.enum(packings) })], {
      error: say('fault.mapped-lines', { values: packings.join(', ') }),
    })
    .optional(),
  /** Columns whose empty cells have what stands above them. */
  fill_down: names.optional(),
  /** Lines of an order that are equal are several. */
  numbered_lines: z.boolean().optional(),
  date_order: z.enum(['dmy', 'mdy']).optional(),
  /** What all amounts are in, whatever the file says. */
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/, 'must be a code of three letters')
    .optional(),
};

const own = z.object(ownSchema);
type Own = z.output<typeof own>;
type ColumnSource = z.output<typeof columnSchema>;

/** Does a mapping say more than where columns are? @returns what */
export function saysMore(columns: Readonly<Record<string, ColumnSource>>, said: Own): string[] {
  const rules = Object.entries(columns).filter(([, source]) => typeof source !== 'string' || source.startsWith('@'));
  const parts = Object.keys(ownSchema).filter((part) => said[part as keyof Own] !== undefined);
  return [...rules.map(([field]) => `columns.${field}`), ...parts];
}

const kinds: readonly OutputKind[] = ['orders', 'refunds', 'items', 'customers', 'events'];

/** The kinds of files that a mapping may be a preset of. */
export function isPresetKind(kind: ImportKind): kind is OutputKind {
  return (kinds as readonly string[]).includes(kind);
}

/** A mapping as a preset of one's own. */
export function toOwnPreset(
  kind: OutputKind,
  columns: Readonly<Record<string, ColumnSource>>,
  said: Own & { time_format?: string | undefined },
): OwnPreset {
  const { rows = [], statuses = {}, lines, fill_down: fillDown = [], numbered_lines: isNumbered = false } = said;
  const words = Object.entries(statuses).flatMap(([meaning, texts]) =>
    (texts ?? []).map((text) => [text, meanings[meaning as keyof typeof meanings]] as const),
  );
  const { time_format: timeFormat = 'iso' } = said;
  return {
    kind,
    fields: Object.fromEntries(Object.entries(columns).map(([field, source]) => [field, sourceOf(source)])),
    isField: (field) => (kind === 'orders' ? isOrderField(field) : isElementField(kind, field)),
    where: rows.map(conditionOf),
    ...(lines !== undefined && { each: eachOf(lines) }),
    fillDown,
    isLineEach: isNumbered || lines !== undefined,
    statuses: Object.fromEntries(words),
    ...(timeFormat !== 'iso' && { timeFormat }),
  };
}

function eachOf(lines: NonNullable<Own['lines']>): NonNullable<Output['each']> {
  return typeof lines === 'string' ? { list: lines } : { packed: lines.column, as: lines.packed };
}

function conditionOf({ column, in: among, not_in: notIn, filled }: NonNullable<Own['rows']>[number]): Condition {
  const told = [column].flat().join(' or ');
  return {
    of: column,
    ...(among && { in: among }),
    ...(notIn && { notIn }),
    ...(filled !== undefined && { filled }),
    reason: say('file.by-mapping', { columns: told }),
  };
}

function sourceOf(source: ColumnSource): Source {
  if (typeof source === 'string') return source;
  if (Array.isArray(source)) return source.map(sourceOf);
  if ('constant' in source) return source;
  if ('sum' in source) return { sumOf: source.sum };
  if ('join' in source) return { parts: source.join, by: source.by };
  const { from, values, otherwise } = source;
  // What the table of values does not name stays as it is written.
  return otherwise === undefined ? [{ of: from, values }, from] : { of: from, values, otherwise };
}
