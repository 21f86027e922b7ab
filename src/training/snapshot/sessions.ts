import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { tasteEventTypes } from '../../intake/index.ts';
import type { Snapshot } from './snapshot.ts';

/** Silence that ends a session. */
const silenceMs = 1_800_000;
const isLook = tasteEventTypes.map((type) => type === 'view' || type === 'click');

/** Sessions × items: the distinct goods that a customer looked at without half an hour of silence between. */
export function toSessions({ events, isProduct, itemKeys }: Snapshot): SparseMatrix {
  const looks = Uint32Array.from(events.times.keys()).filter(
    (event) => isLook[events.types[event]] && isProduct[events.items[event]] === 1,
  );
  looks.sort((a, b) => events.customers[a] - events.customers[b] || events.times[a] - events.times[b]);
  const offsets = [0];
  const indices: number[] = [];
  let session = new Set<number>();
  const close = () => {
    if (session.size > 0) {
      indices.push(...[...session].sort((a, b) => a - b));
      offsets.push(indices.length);
    }
    session = new Set();
  };
  for (const [place, look] of looks.entries()) {
    const before = place > 0 ? looks[place - 1] : look;
    const isNext =
      events.customers[before] === events.customers[look] && events.times[look] - events.times[before] <= silenceMs;
    if (!isNext) close();
    session.add(events.items[look]);
  }
  close();
  return {
    rows: offsets.length - 1,
    columns: itemKeys.length,
    offsets: Uint32Array.from(offsets),
    indices: Uint32Array.from(indices),
  };
}
