// Steps of K-means; the plain twins in ../sets/k-means.ts say what they do. In double precision and without fused
// operations, so that every build gives the same bytes.

/** Centroids that are measured at once: two pairs of lanes. */
const GROUP: usize = 4;

// @ts-ignore: decorator
@inline
function add(point: usize, dimensions: usize, sums: usize, sign: f64): void {
  for (let at: usize = 0; at < dimensions << 3; at += 8) {
    store<f64>(sums + at, load<f64>(sums + at) + sign * load<f64>(point + at));
  }
}

let nearest: f64 = 0;
let second: f64 = 0;
let nearestSquare: f64 = 0;

/** Measures a point against all centroids: gives the nearest, the first of equals, and leaves the two least distances. */
// @ts-ignore: decorator
@inline
function findNearest(point: usize, dimensions: usize, clusters: i32, centroids: usize): usize {
  const end = point + (dimensions << 3);
  // Two lanes, each with its own least and next distance and the cluster of the least.
  let least = f64x2.splat(f64.MAX_VALUE);
  let next = least;
  let label = f64x2.splat(0);
  let cluster = f64x2.replace_lane(label, 1, 1);
  const two = f64x2.splat(2);
  for (let group = 0; group < clusters; group += <i32>GROUP) {
    let low = f64x2.splat(0);
    let high = low;
    for (let at = point; at < end; at += 8) {
      const value = v128.load64_splat(at);
      const d0 = f64x2.sub(value, v128.load(centroids));
      const d1 = f64x2.sub(value, v128.load(centroids, 16));
      low = f64x2.add(low, f64x2.mul(d0, d0));
      high = f64x2.add(high, f64x2.mul(d1, d1));
      centroids += 32;
    }
    next = f64x2.pmin(next, f64x2.pmax(least, low));
    label = v128.bitselect(cluster, label, f64x2.lt(low, least));
    least = f64x2.pmin(least, low);
    cluster = f64x2.add(cluster, two);
    next = f64x2.pmin(next, f64x2.pmax(least, high));
    label = v128.bitselect(cluster, label, f64x2.lt(high, least));
    least = f64x2.pmin(least, high);
    cluster = f64x2.add(cluster, two);
  }
  const otherLeast = v128.shuffle<u64>(least, least, 1, 0);
  const otherLabel = v128.shuffle<u64>(label, label, 1, 0);
  const isEqual = v128.and(f64x2.eq(otherLeast, least), f64x2.lt(otherLabel, label));
  label = v128.bitselect(otherLabel, label, v128.or(f64x2.lt(otherLeast, least), isEqual));
  next = f64x2.pmin(next, v128.shuffle<u64>(next, next, 1, 0));
  next = f64x2.pmin(next, f64x2.pmax(least, otherLeast));
  nearestSquare = f64x2.extract_lane(f64x2.pmin(least, otherLeast), 0);
  nearest = Math.sqrt(nearestSquare);
  second = Math.sqrt(f64x2.extract_lane(next, 0));
  return <usize>f64x2.extract_lane(label, 0);
}

/** Of a bound in single precision: far more than its rounding, and than that of what was summed up. */
const MARGIN: f64 = 1.0 / 4194304.0;

// @ts-ignore: decorator
@inline
function keepBounds(upper: usize, lower: usize, moved: f64, others: f64): void {
  const high = nearest - moved;
  const low = second + others;
  store<f32>(upper, <f32>(high + (nearest + moved) * MARGIN));
  store<f32>(lower, <f32>(low - low * MARGIN));
}

export function assign(
  points: usize,
  count: i32,
  dimensions: usize,
  clusters: i32,
  centroids: usize,
  labels: usize,
  upper: usize,
  lower: usize,
  tally: usize,
): void {
  const counts = tally + <usize>clusters * (dimensions << 3);
  const total = counts + (<usize>clusters << 3);
  for (let index = 0; index < count; index++) {
    const label = findNearest(points, dimensions, clusters, centroids);
    store<u8>(labels, <u8>label);
    keepBounds(upper, lower, 0, 0);
    add(points, dimensions, tally + label * (dimensions << 3), 1);
    store<f64>(counts + (label << 3), load<f64>(counts + (label << 3)) + 1);
    store<f64>(total, load<f64>(total) + nearestSquare);
    points += dimensions << 3;
    labels++;
    upper += 4;
    lower += 4;
  }
}

/** Points whose bounds are looked at before those that may move are measured. */
const BLOCK: i32 = 2048;

export function reassign(
  points: usize,
  count: i32,
  dimensions: usize,
  clusters: i32,
  centroids: usize,
  labels: usize,
  upper: usize,
  lower: usize,
  tally: usize,
  chosen: usize,
  moves: usize,
): void {
  const counts = tally + <usize>clusters * (dimensions << 3);
  const total = counts + (<usize>clusters << 3);
  const moved = moves + (<usize>clusters << 4);
  const others = moved + (<usize>clusters << 3);
  const halves = others + (<usize>clusters << 3);
  for (let first = 0; first < count; first += BLOCK) {
    let end = chooseUnsure(first, min(count, first + BLOCK), clusters, labels, upper, lower, moves, chosen);
    fetch(points, dimensions << 3, chosen, end);
    end = measureOwn(points, dimensions, centroids, labels, upper, lower, moved, others, halves, chosen, end);
    for (let at = chosen; at < end; at += 4) {
      const index = <usize>load<u32>(at);
      const point = points + index * (dimensions << 3);
      const old = <usize>load<u8>(labels + index);
      const label = findNearest(point, dimensions, clusters, centroids);
      const way = load<f64>(moved + (label << 3));
      keepBounds(upper + (index << 2), lower + (index << 2), way, load<f64>(others + (label << 3)));
      if (label == old) continue;
      store<u8>(labels + index, <u8>label);
      add(point, dimensions, tally + old * (dimensions << 3), -1);
      add(point, dimensions, tally + label * (dimensions << 3), 1);
      store<f64>(counts + (old << 3), load<f64>(counts + (old << 3)) - 1);
      store<f64>(counts + (label << 3), load<f64>(counts + (label << 3)) + 1);
      store<f64>(total, load<f64>(total) + 1);
    }
  }
}

let fetched: u64 = 0;

/** Asks for the chosen points all at once, as they lie far apart. */
function fetch(points: usize, bytes: usize, chosen: usize, end: usize): void {
  let any: u64 = 0;
  for (; chosen < end; chosen += 4) {
    const point = points + <usize>load<u32>(chosen) * bytes;
    any |= load<u64>(point) | load<u64>(point + bytes - 8);
  }
  fetched = any;
}

/** Tightens the upper bounds of the chosen ones, leaves those that are still unsure, and gives the end of their list. */
function measureOwn(
  points: usize,
  dimensions: usize,
  centroids: usize,
  labels: usize,
  upper: usize,
  lower: usize,
  moved: usize,
  others: usize,
  halves: usize,
  chosen: usize,
  end: usize,
): usize {
  let kept = chosen;
  // Without a branch, so that the next points are fetched meanwhile.
  for (; chosen < end; chosen += 4) {
    const index = <usize>load<u32>(chosen);
    const label = <usize>load<u8>(labels + index);
    const own = label << 3;
    const distance = Math.sqrt(measureOne(points + index * (dimensions << 3), dimensions, centroids, label));
    const way = load<f64>(moved + own);
    const bound = <f64>load<f32>(lower + (index << 2)) - load<f64>(others + own);
    store<f32>(upper + (index << 2), <f32>(distance - way + (distance + way) * MARGIN));
    store<u32>(kept, <u32>index);
    kept += <usize>(i32(distance > load<f64>(halves + own)) & i32(distance > bound)) << 2;
  }
  return kept;
}

/** Writes the points whose bounds do not prove that they stay, and gives the end of the list. */
function chooseUnsure(
  first: i32,
  last: i32,
  clusters: i32,
  labels: usize,
  upper: usize,
  lower: usize,
  moves: usize,
  chosen: usize,
): usize {
  const enough = moves + (<usize>clusters << 3);
  for (let index = <usize>first; index < <usize>last; index++) {
    const own = <usize>load<u8>(labels + index) << 3;
    const high = <f64>load<f32>(upper + (index << 2));
    const gap = <f64>load<f32>(lower + (index << 2)) - high;
    const isUnsure = i32(gap < load<f64>(moves + own)) & i32(high > load<f64>(enough + own));
    store<u32>(chosen, <u32>index);
    chosen += <usize>isUnsure << 2;
  }
  return chosen;
}

/** The squared distance to one centroid, summed as `measure` does. */
// @ts-ignore: decorator
@inline
function measureOne(point: usize, dimensions: usize, centroids: usize, cluster: usize): f64 {
  let from = centroids + (((cluster & ~(GROUP - 1)) * dimensions + (cluster & (GROUP - 1))) << 3);
  let sum: f64 = 0;
  for (const end = point + (dimensions << 3); point < end; point += 8) {
    const difference = load<f64>(point) - load<f64>(from);
    sum += difference * difference;
    from += GROUP << 3;
  }
  return sum;
}
