/** Stock of an item that became another; null is not known. */
export interface StockStep {
  itemKey: number;
  before: number | null;
  next: number | null;
  /** epoch milliseconds */
  at: number;
}

/**
 * Stock of an item on a local day; null is not known. It stood at 0 for `soldOutSeconds` up to `changedAt`; where it closes at 0, the
 * time from then to the day's end comes on top. A day without a change has its beginning as `changedAt`.
 */
export interface StockDay {
  itemKey: number;
  day: string;
  opening: number | null;
  lowest: number;
  closing: number | null;
  soldOutSeconds: number;
  /** epoch milliseconds */
  changedAt: number;
  /** Since when on that day it is known, where it was not at its beginning; epoch milliseconds. null: it was. */
  knownAt: number | null;
}

/** A moment of the shop's calendar: its local day, and when (epoch milliseconds) that began. */
export interface PlacedStep {
  day: string;
  dayBegan: number;
}

/** Days (both count) on which an item's stock stood as it was. */
export interface Standing {
  itemKey: number;
  from: string;
  to: string;
  stock: number;
}
