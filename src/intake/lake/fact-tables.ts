import type { ParquetType } from '../../formats/parquet.ts';

/** A column of a fact as a lake holds it. */
export interface FactColumn {
  name: string;
  type: ParquetType;
  /** SQL of its value: of DECIMAL in units of its last digit, as a whole number */
  sql: string;
}

/** A kind of fact as a lake holds it: SQL of its rows. */
export interface FactTable {
  columns: readonly FactColumn[];
  from: string;
  /** SQL of when a row occurred; undefined: it is of now, and no day's */
  at: { sql: string; type: 'time' | 'day' } | undefined;
  /** SQL of an order that is the same each time */
  order: string;
}

export const text = (name: string, sql: string): FactColumn => ({ name, type: 'STRING', sql });
export const whole = (name: string, sql: string): FactColumn => ({ name, type: 'INT32', sql });
export const long = (name: string, sql: string): FactColumn => ({ name, type: 'INT64', sql });
export const flag = (name: string, sql: string): FactColumn => ({ name, type: 'BOOLEAN', sql });
export const time = (name: string, sql: string): FactColumn => ({ name, type: 'TIMESTAMP', sql });
export const texts = (name: string, sql: string): FactColumn => ({ name, type: 'STRINGS', sql });
/** What is stored in whole units of its last digit. */
export const minor = (name: string, sql: string, digits: number): FactColumn => ({ name, type: { digits }, sql });
/** What is stored as a decimal number. */
export const decimal = (name: string, sql: string, digits: number): FactColumn => ({
  name,
  type: { digits },
  sql: `(${sql} * ${10 ** digits})::int8`,
});

/** A value as it is read from a field of COPY; null: there is none. */
export function typedValue(type: ParquetType, field: string | null): unknown {
  if (field === null) return null;
  if (type === 'STRING') return field;
  if (type === 'INT32' || type === 'DATE' || type === 'DOUBLE') return Number(field);
  if (type === 'BOOLEAN') return field === 't';
  if (type === 'STRINGS') return JSON.parse(field);
  return BigInt(field);
}
