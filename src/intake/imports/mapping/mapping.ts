import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { invalidField, invalidFields } from '../../../errors.ts';
import type { UnderstandOptions } from '../../files/understanding/understood.ts';
import type { ImportKind } from '../kinds.ts';
import { compileTimePattern } from '../reading/time.ts';
import { defaultNobody } from '../values/ids.ts';
import { columnSchema, isPresetKind, ownSchema, saysMore, toOwnPreset } from './own-preset.ts';
import completeJourney from './presets/complete-journey.json' with { type: 'json' };
import onlineRetail from './presets/online-retail.json' with { type: 'json' };

/** The columns of a file of order lines, a line a row. */
export const lineFields = [
  'order_id',
  /** Tells lines of an order apart that are equal otherwise. */
  'line_id',
  'item_id',
  'title',
  'quantity',
  'occurred_at',
  'unit_price',
  /** Of the whole line, where the file tells no unit price. */
  'line_amount',
  'list_price',
  'currency',
  'customer_id',
  'visitor_id',
  'country',
  'coupon_code',
  'list_id',
  'unit_cost',
  /** Why a row gives something back. */
  'refund_reason',
  /** Of the whole order, by its first row that tells it. */
  'channel',
  'store',
  'shipping',
  'tax',
  'payment_fee',
  'fees',
  /** What had become of the order, and when; without a time when the row occurred. */
  'status',
  'status_at',
  /** Since when the whole order is as it is: a newer one takes the place of what is known of it. */
  'updated_at',
] as const;
export type LineField = (typeof lineFields)[number];

export const requiredLineFields = [
  'order_id',
  'item_id',
  'quantity',
  'occurred_at',
  'unit_price',
] as const satisfies LineField[];

const pattern = z.string().refine(isExpression, 'is not a regular expression');

const mappingSchema = z.strictObject({
  /** Our field -> the file's column. A field that is not named is read from the column of its own name. */
  columns: z.record(z.string(), columnSchema).default({}),
  delimiter: z.string().min(1).max(4).optional(),
  time_format: z
    .string()
    .refine(
      (format) => ['iso', 'unix', 'unix-ms'].includes(format) || compileTimePattern(format) !== undefined,
      'must be iso, unix, unix-ms or a pattern with YYYY, MM or M, and DD or D',
    )
    .default('iso'),
  /** How decimals are written: `1234.5`, or `1.234,5`. */
  decimals: z.enum(['point', 'comma']).default('point'),
  /** Which rows undo a sale. A quantity below zero does in any case if an earlier sale of the customer, item and price is found. */
  cancellations: z
    .union([z.literal('negative-quantity'), z.strictObject({ order_prefix: z.string().min(1) })])
    .optional(),
  /** Which rows are bookings of the shop itself. */
  adjustments: z.strictObject({ order_prefix: z.string().min(1) }).optional(),
  /** What is written where no customer or visitor is known. */
  nobody: z
    .array(z.string().max(128))
    .max(200)
    .default([...defaultNobody]),
  /** Which item ids are services, postage and the like: never recommended. */
  services: z.strictObject({ item_pattern: pattern }).optional(),
  ...ownSchema,
});

/** How a file is to be read: what a mapping file holds. */
export type MappingInput = z.input<typeof mappingSchema>;
export type Mapping = Omit<z.output<typeof mappingSchema>, 'columns' | keyof typeof ownSchema> & {
  columns: Record<string, string>;
  /** of one that says more than where columns are; it reads the file instead */
  own: OwnReading | undefined;
};

/** How a file is understood by a mapping. */
export type OwnReading = Pick<UnderstandOptions, 'own' | 'dateOrder' | 'currency' | 'decimals' | 'delimiter'>;

/** Ready mappings by name, for each kind of file that they know. */
export const presets: Readonly<Record<string, Partial<Record<ImportKind, MappingInput>>>> = {
  'online-retail': { orders: onlineRetail as MappingInput },
  'complete-journey': completeJourney,
};

/**
 * The mapping in force: the preset, with the mapping laid over it, with single columns laid over both.
 * @throws PannierError `invalid_request` naming every fault
 */
export function resolveMapping(given: {
  /** of the file; default: orders */
  kind?: ImportKind;
  preset?: string | undefined;
  mapping?: unknown;
  columns?: Record<string, string> | undefined;
}): Mapping {
  const named = given.preset === undefined ? {} : Object.hasOwn(presets, given.preset) && presets[given.preset];
  if (!named) {
    throw invalidField('preset', `must be one of ${Object.keys(presets).join(', ')}`);
  }
  const preset = given.preset === undefined ? {} : named[given.kind ?? 'orders'];
  if (!preset) {
    throw invalidField('preset', `${given.preset} is for ${Object.keys(named).join(', ')} only`);
  }
  const mapping = (given.mapping ?? {}) as MappingInput;
  const said = { ...preset, ...mapping };
  const isDecimalsTold = said.decimals !== undefined;
  const parsed = mappingSchema.safeParse({
    ...said,
    columns: { ...preset.columns, ...mapping.columns, ...given.columns },
  });
  if (!parsed.success) {
    throw invalidFields(
      parsed.error.issues.map(({ path, message }) => ({ field: ['mapping', ...path].join('.'), message })),
    );
  }
  return toMapping(parsed.data, given.kind ?? 'orders', isDecimalsTold);
}

function toMapping(
  {
    columns,
    rows,
    statuses,
    lines,
    fill_down,
    numbered_lines,
    date_order,
    currency,
    ...read
  }: z.output<typeof mappingSchema>,
  kind: ImportKind,
  isDecimalsTold: boolean,
): Mapping {
  const said = { rows, statuses, lines, fill_down, numbered_lines, date_order, currency };
  const more = saysMore(columns, said);
  if (more.length === 0) return { ...read, columns: columns as Record<string, string>, own: undefined };
  if (!isPresetKind(kind))
    throw invalidFields(more.map((field) => ({ field: `mapping.${field}`, message: `is not for files of ${kind}` })));
  const own = toOwnPreset(kind, columns, { ...said, time_format: read.time_format });
  const unknown = Object.keys(columns).filter((field) => !own.isField(field));
  if (unknown.length > 0)
    throw invalidFields(
      unknown.map((field) => ({ field: `mapping.columns.${field}`, message: 'is not a field of this kind of file' })),
    );
  const reading = {
    own,
    dateOrder: date_order,
    currency: currency?.toUpperCase(),
    decimals: isDecimalsTold ? read.decimals : undefined,
    delimiter: read.delimiter,
  };
  return { ...read, columns: {}, own: reading };
}

/** Reads a mapping file. @throws PannierError `invalid_request` */
export async function readMappingFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw invalidField('mapping', `${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Does the mapping say that this row undoes a sale, or is a booking of the shop? */
export function roleOf(mapping: Mapping, orderId: string, quantity: number): 'sale' | 'cancellation' | 'adjustment' {
  if (mapping.adjustments && orderId.startsWith(mapping.adjustments.order_prefix)) return 'adjustment';
  if (mapping.cancellations === undefined) return 'sale';
  const cancelled =
    mapping.cancellations === 'negative-quantity'
      ? quantity < 0
      : orderId.startsWith(mapping.cancellations.order_prefix);
  return cancelled ? 'cancellation' : 'sale';
}

function isExpression(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
