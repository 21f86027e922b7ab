/** What the thread that works by night is sent. */
export interface NightTask {
  connectionString: string;
  schema: string;
  timeZone: string;
  /** the moment of the clock, ISO 8601 */
  now: string;
  /** `YYYY-MM-DD` in the shop's zone: the first day of which nothing is looked at, and which is foreseen */
  today: string;
  /** of items that do not say it themselves */
  replenishment: { leadTimeDays: number; reviewDays: number; serviceLevel: number };
}

/** What it made. */
export interface NightResult {
  /** items and categories with sales */
  items: number;
  categories: number;
  /** days before the first that is foreseen */
  historyDays: number;
  tookMs: number;
}
