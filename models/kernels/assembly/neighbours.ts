// Nearest items; the plain twins in ../sets/neighbours.ts say what the kernels do. In double precision and without fused operations,
// so that every build gives the same bytes.
import { makeHeap, sortHeap } from './shared/heap';

export function nearestItems(
  next: usize,
  first: i32,
  last: i32,
  stretch: i32,
  itemCount: i32,
  customerOffsets: usize,
  customers: usize,
  toCustomer: usize,
  itemOffsets: usize,
  candidates: usize,
  toItem: usize,
  isCosine: i32,
  factors: usize,
  shrinkage: f64,
  limit: i32,
  sums: usize,
  touched: usize,
  keys: usize,
  counts: usize,
  neighbours: usize,
  weights: usize,
): void {
  for (;;) {
    const start = first + atomic.add<i32>(next, stretch);
    if (start >= last) return;
    for (let item = start; item < min(last, start + stretch); item++) {
      const place = <usize>item << 2;
      const from = load<u32>(customerOffsets + place);
      const to = load<u32>(customerOffsets + place, 4);
      const count = addUp(from, to, itemCount, customers, toCustomer, itemOffsets, candidates, toItem, sums, touched);
      const row = (<usize>(item - first) * limit) << 2;
      const kept = keepNearest(item, itemCount, count, isCosine, factors, shrinkage, limit, sums, touched, keys, neighbours + row, weights + row);
      store<u32>(counts + (<usize>(item - first) << 2), kept);
    }
  }
}

/** Walks from the customers of an item to their items; gives how many were touched. */
function addUp(
  from: u32,
  to: u32,
  itemCount: i32,
  customers: usize,
  toCustomer: usize,
  itemOffsets: usize,
  candidates: usize,
  toItem: usize,
  sums: usize,
  touched: usize,
): i32 {
  let count = 0;
  for (let cell = <usize>from; cell < <usize>to; cell++) {
    const customer = <usize>load<u32>(customers + (cell << 2)) << 2;
    const step = load<f64>(toCustomer + (cell << 3));
    const end = <usize>load<u32>(itemOffsets + customer, 4);
    for (let other = <usize>load<u32>(itemOffsets + customer); other < end; other++) {
      const candidate = load<u32>(candidates + (other << 2));
      const place = sums + (<usize>candidate << 3);
      const sum = load<f64>(place);
      store<u32>(touched + (<usize>count << 2), candidate);
      count += i32(sum == 0) & i32(count < itemCount);
      store<f64>(place, sum + step * load<f64>(toItem + (other << 3)));
    }
  }
  return count;
}

/** Less than rounding takes away. */
const ALMOST: f64 = 0.999999;
/** Candidates that are taken before only the nearest of them are kept. */
const ROOM: i32 = 512;

/** Writes the nearest of what was touched, best first, and zeroes the sums; gives how many. */
function keepNearest(
  item: i32,
  itemCount: i32,
  count: i32,
  isCosine: i32,
  factors: usize,
  shrinkage: f64,
  limit: i32,
  sums: usize,
  touched: usize,
  keys: usize,
  neighbours: usize,
  weights: usize,
): i32 {
  const own = load<f64>(factors + (<usize>item << 3));
  let kept = 0;
  let worst: f32 = 0;
  let almostWorst: f64 = 0;
  for (let rank = 0; rank < count; rank++) {
    // Products that underflow can make an item be touched more than once: where there was no room, all are looked at.
    const candidate = count == itemCount ? <u32>rank : load<u32>(touched + (<usize>rank << 2));
    const place = <usize>candidate << 3;
    const sum = load<f64>(sums + place);
    store<f64>(sums + place, 0);
    const factor = load<f64>(factors + place);
    const divisor = own * factor + shrinkage;
    // Most are far behind, which is seen without a division.
    if (isCosine && sum < almostWorst * divisor) continue;
    const weight = isCosine ? <f32>(sum / divisor) : <f32>(sum * factor);
    if (weight < worst || !(weight > 0) || candidate == <u32>item) continue;
    store<u64>(keys + (<usize>kept << 3), (<u64>reinterpret<u32>(weight) << 32) | <u64>~candidate);
    if (++kept == limit + ROOM) {
      selectGreatest(keys, kept, limit);
      kept = limit;
      worst = reinterpret<f32>(<u32>(load<u64>(keys + (<usize>(limit - 1) << 3)) >> 32));
      almostWorst = <f64>worst * ALMOST;
    }
  }
  if (kept > limit) selectGreatest(keys, kept, limit);
  kept = min(kept, limit);
  sortDescending(keys, 0, kept - 1);
  for (let rank: usize = 0; rank < <usize>kept; rank++) {
    const key = load<u64>(keys + (rank << 3));
    store<u32>(weights + (rank << 2), <u32>(key >> 32));
    store<u32>(neighbours + (rank << 2), ~(<u32>key));
  }
  return kept;
}

/** Parts [low, high] into greater keys and others, of which there is one at least on either side; gives the last of the greater. */
function part(keys: usize, low: i32, high: i32): i32 {
  const pivot = load<u64>(keys + (<usize>((low + high) >> 1) << 3));
  let left = keys + (<usize>low << 3) - 8;
  let right = keys + (<usize>high << 3) + 8;
  while (true) {
    do left += 8;
    while (load<u64>(left) > pivot);
    do right -= 8;
    while (load<u64>(right) < pivot);
    if (left >= right) break;
    const greater = load<u64>(right);
    store<u64>(right, load<u64>(left));
    store<u64>(left, greater);
  }
  return <i32>((right - keys) >> 3);
}

/** Puts the greatest keys before the others, the least of them last. */
function selectGreatest(keys: usize, size: i32, count: i32): void {
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const last = part(keys, low, high);
    if (count - 1 <= last) high = last;
    else low = last + 1;
  }
}

/** Fewer are sorted by insertion. */
const FEW: i32 = 20;

function sortDescending(keys: usize, low: i32, high: i32): void {
  while (high - low > FEW) {
    const last = part(keys, low, high);
    sortDescending(keys, last + 1, high);
    high = last;
  }
  for (let place = low + 1; place <= high; place++) {
    const key = load<u64>(keys + (<usize>place << 3));
    let slot = keys + (<usize>place << 3);
    for (; slot > keys + (<usize>low << 3) && load<u64>(slot - 8) < key; slot -= 8) store<u64>(slot, load<u64>(slot - 8));
    store<u64>(slot, key);
  }
}

export function sortLists(first: i32, last: i32, offsets: usize, items: usize, weights: usize): void {
  for (let list = first; list < last; list++) {
    const start = <usize>load<u32>(offsets + (<usize>list << 2)) << 2;
    const end = <usize>load<u32>(offsets + (<usize>list << 2), 4) << 2;
    const size = <i32>((end - start) >> 2);
    makeHeap(weights + start, items + start, size);
    sortHeap(weights + start, items + start, size);
  }
}
