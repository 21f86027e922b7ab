/** Who comes on which day. */
export interface Agenda {
  /** Notes a shopper for a day; days beyond the last are forgotten. */
  enter(day: number, shopper: number): void;
  /** Everybody noted for a day, whoever was noted last first; noting them anew while reading is safe. */
  take(day: number): Iterable<number>;
}

/** Everybody is on one day at most, so a linked list through one array holds all the days. */
export function createAgenda(days: number, shoppers: number): Agenda {
  const nobody = -1;
  const first = new Int32Array(days).fill(nobody);
  const next = new Int32Array(shoppers);
  return {
    enter(day, shopper) {
      if (day >= days) return;
      next[shopper] = first[day];
      first[day] = shopper;
    },
    *take(day) {
      let shopper = first[day];
      while (shopper !== nobody) {
        const following = next[shopper];
        yield shopper;
        shopper = following;
      }
    },
  };
}
