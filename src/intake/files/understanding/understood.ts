import type { FileRow } from '../../imports/reading/file-row.ts';
import type { Table } from '../containers/table.ts';
import type { Encoding } from '../text/encoding.ts';
import type { Withdrawn } from './orders/assemble-order.ts';
import type { OwnPreset } from './own-preset.ts';
import type { OutputKind } from './plan.ts';

/** What may be told of a file; what is not is found out. */
export interface UnderstandOptions {
  platform?: string | undefined;
  kind?: string | undefined;
  /** what its amounts are in */
  currency?: string | undefined;
  /** which part of 01/02/2026 is the day */
  dateOrder?: 'dmy' | 'mdy' | undefined;
  /** how decimals are parted */
  decimals?: 'point' | 'comma' | undefined;
  delimiter?: string | undefined;
  encoding?: Encoding | undefined;
  /** the file is only the beginning of one */
  isCut?: boolean | undefined;
  /** under which the file goes; default: that of its path */
  name?: string | undefined;
  /** what a mapping says of it, instead of the presets of platforms */
  own?: OwnPreset | undefined;
}

/** Of the shop whose facts they become. */
export interface Shop {
  currency: string;
  minorDigits: number;
  /** IANA */
  timeZone?: string;
  now: Date;
}

/** What is read out of one column. */
export interface UnderstoodColumn {
  column: string;
  /** null: it is not read */
  field: string | null;
  /** how it is written, in a few words */
  form?: string;
}

export interface UnderstoodTable {
  name: string;
  format: Table['format'];
  platform: string;
  title: string;
  /** found by headings in general rather than by a platform's */
  isGuessed: boolean;
  encoding: string | null;
  delimiter: string | null;
  titles: number;
  rows: number;
  columns: UnderstoodColumn[];
}

/** Something that the file does not tell, and an option decides. */
export interface Question {
  field: 'date_order' | 'decimals' | 'currency';
  text: string;
  option: string;
}

export type RowKind = OutputKind;

/** What was understood of a file. */
export interface Understanding {
  file: string;
  packing: readonly string[];
  tables: UnderstoodTable[];
  /** rows that go on to cleaning, by what they are */
  kinds: { kind: RowKind; rows: number }[];
  /** rows that do not, by why */
  leftOut: { reason: string; rows: number }[];
  notes: string[];
  questions: Question[];
  passedOver: string[];
  first: { kind: RowKind; row: FileRow }[];
  /** are there orders of which the file names no goods? */
  isUnnamed: boolean;
  /** how many orders it calls cancelled */
  withdrawn: number;
}

/** An understood file, whose rows can be read. */
export interface Understood extends Understanding {
  rowsOf(kind: RowKind): AsyncIterable<FileRow>;
  /** orders that it calls cancelled */
  withdrawnOrders(): AsyncIterable<Withdrawn>;
  close(): Promise<void>;
}

/** In the order in which they are taken in: refunds after the orders that they give back. */
export const rowKinds: readonly RowKind[] = ['items', 'customers', 'orders', 'refunds', 'events'];
