import type { Join, Output } from '../understanding/plan.ts';

/** How a platform's file shows, and what it holds. */
export interface Preset {
  platform: string;
  title: string;
  /** headings that it always has; alternatives are parted by `|` */
  needs: readonly string[];
  /** headings that make it likelier */
  tells?: readonly string[];
  /** values that a heading must have in some row: of files that differ in nothing else */
  holds?: { of: string; among: readonly string[] };
  /** which part of 01/02/2026 is the day, where the platform writes it in one way everywhere */
  dateOrder?: 'dmy' | 'mdy';
  outputs: readonly Output[];
  joins?: readonly Join[];
}
