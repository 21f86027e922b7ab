/** Places of facts by customer: those of customer `c` are `places[offsets[c]]` to `places[offsets[c + 1] - 1]`, in order. */
export interface Grouped {
  readonly offsets: Uint32Array;
  readonly places: Uint32Array;
}

/** Groups facts by customer, in one counting sort that keeps their order; -1 is in no group. */
export function groupByCustomer(customers: Int32Array | Uint32Array, customerCount: number): Grouped {
  const offsets = new Uint32Array(customerCount + 1);
  for (const customer of customers) if (customer >= 0) offsets[customer + 1]++;
  for (let customer = 0; customer < customerCount; customer++) offsets[customer + 1] += offsets[customer];
  const next = offsets.slice();
  const places = new Uint32Array(offsets[customerCount]);
  for (let place = 0; place < customers.length; place++) {
    const customer = customers[place];
    if (customer >= 0) places[next[customer]++] = place;
  }
  return { offsets, places };
}

/** The places of one customer's facts. */
export function placesOf({ offsets, places }: Grouped, customer: number): Uint32Array {
  return places.subarray(offsets[customer], offsets[customer + 1]);
}
