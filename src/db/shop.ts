import type { Database } from './connections/database.ts';

/** What all money and local times of a database are told in. */
export interface ShopSettings {
  currency: string;
  /** digits after the point of the currency's minor unit */
  minorDigits: number;
  timeZone: string;
}

/**
 * What the database was settled on at its first start; now, with the settings given, where it has not been yet. Facts of an
 * earlier version keep the digits that they were stored with.
 */
export async function settleShop(db: Database, given: ShopSettings): Promise<ShopSettings> {
  await db.query(
    `update shop set currency = $1, minor_digits = coalesce(minor_digits, $2), time_zone = $3, settled_at = clock_timestamp()
     where currency is null`,
    [given.currency, given.minorDigits, given.timeZone],
  );
  const [settled] = await db.query<ShopSettings>(
    'select currency, minor_digits as "minorDigits", time_zone as "timeZone" from shop',
  );
  return settled;
}
