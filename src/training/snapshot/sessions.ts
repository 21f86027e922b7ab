import { groupByCustomer } from '../../../models/group-by-customer.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { tasteEventTypes } from '../../intake/index.ts';
import { dropRepeats } from './baskets.ts';
import type { Snapshot } from './snapshot.ts';

/** Silence that ends a session. */
const silenceMs = 1_800_000;
const isLook = tasteEventTypes.map((type) => type === 'view' || type === 'click');

/** Sessions × items: the distinct goods that a customer looked at without half an hour of silence between. */
export function toSessions({ events, isProduct, itemKeys, customerKeys }: Snapshot): SparseMatrix {
  const { customers, items, types, times } = events;
  // In order of time before, and so of each customer after.
  const looks = groupByCustomer(customers, customerKeys.length).places;
  const isWanted = (event: number) => isLook[types[event]] && isProduct[items[event]] === 1;
  const offsets = new Uint32Array(looks.length + 1);
  const indices = new Uint32Array(looks.length);
  let [sessions, end] = [0, 0];
  const close = (start: number) => {
    indices.subarray(start, end).sort();
    end = dropRepeats(indices, start, end);
    if (end > start) offsets[++sessions] = end;
  };
  let before = -1;
  for (const look of looks) {
    if (!isWanted(look)) continue;
    const isNext = before >= 0 && customers[before] === customers[look] && times[look] - times[before] <= silenceMs;
    if (!isNext) close(offsets[sessions]);
    indices[end++] = items[look];
    before = look;
  }
  close(offsets[sessions]);
  return {
    rows: sessions,
    columns: itemKeys.length,
    offsets: offsets.slice(0, sessions + 1),
    indices: indices.slice(0, end),
  };
}
