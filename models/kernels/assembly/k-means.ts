// Steps of K-means; the plain twins in ../k-means.ts say what they do. In double precision and without fused
// operations, so that every build gives the same bytes.

/** Centroids that are measured at once: two pairs of lanes. */
const GROUP: usize = 4;

// @ts-ignore: decorator
@inline
function measure(point: usize, dimensions: usize, groups: usize, centroids: usize, distances: usize): void {
  const end = point + (dimensions << 3);
  for (let group: usize = 0; group < groups; group++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at = point; at < end; at += 8) {
      const value = v128.load64_splat(at);
      const d0 = f64x2.sub(value, v128.load(centroids));
      const d1 = f64x2.sub(value, v128.load(centroids, 16));
      low = f64x2.add(low, f64x2.mul(d0, d0));
      high = f64x2.add(high, f64x2.mul(d1, d1));
      centroids += 32;
    }
    v128.store(distances, low);
    v128.store(distances, high, 16);
    distances += 32;
  }
}

// @ts-ignore: decorator
@inline
function add(point: usize, dimensions: usize, sums: usize, sign: f64): void {
  for (let at: usize = 0; at < dimensions << 3; at += 8) {
    store<f64>(sums + at, load<f64>(sums + at) + sign * load<f64>(point + at));
  }
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
  distances: usize,
): void {
  const groups = (<usize>clusters + GROUP - 1) / GROUP;
  const counts = tally + <usize>clusters * (dimensions << 3);
  const total = counts + (<usize>clusters << 3);
  for (let index = 0; index < count; index++) {
    measure(points, dimensions, groups, centroids, distances);
    let label: usize = 0;
    let nearest = load<f64>(distances);
    let second = f64.MAX_VALUE;
    for (let cluster: usize = 1; cluster < <usize>clusters; cluster++) {
      const distance = load<f64>(distances + (cluster << 3));
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
        label = cluster;
      } else if (distance < second) second = distance;
    }
    store<u8>(labels, <u8>label);
    store<f64>(upper, Math.sqrt(nearest));
    store<f64>(lower, Math.sqrt(second));
    add(points, dimensions, tally + label * (dimensions << 3), 1);
    store<f64>(counts + (label << 3), load<f64>(counts + (label << 3)) + 1);
    store<f64>(total, load<f64>(total) + nearest);
    points += dimensions << 3;
    labels++;
    upper += 8;
    lower += 8;
  }
}

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
  distances: usize,
  moves: usize,
): void {
  const groups = (<usize>clusters + GROUP - 1) / GROUP;
  const counts = tally + <usize>clusters * (dimensions << 3);
  const total = counts + (<usize>clusters << 3);
  const slacks = moves + (<usize>clusters << 3);
  const halves = slacks + (<usize>clusters << 3);
  for (let index = 0; index < count; index++) {
    const old = <usize>load<u8>(labels);
    const within = load<f64>(upper) + load<f64>(moves + (old << 3));
    const beyond = load<f64>(lower) - load<f64>(slacks + (old << 3));
    const safe = max(beyond, load<f64>(halves + (old << 3)));
    if (within <= safe) {
      store<f64>(upper, within);
      store<f64>(lower, beyond);
    } else {
      measure(points, dimensions, groups, centroids, distances);
      let label: usize = 0;
      let nearest = load<f64>(distances);
      let second = f64.MAX_VALUE;
      for (let cluster: usize = 1; cluster < <usize>clusters; cluster++) {
        const distance = load<f64>(distances + (cluster << 3));
        if (distance < nearest) {
          second = nearest;
          nearest = distance;
          label = cluster;
        } else if (distance < second) second = distance;
      }
      store<f64>(upper, Math.sqrt(nearest));
      store<f64>(lower, Math.sqrt(second));
      if (label != old) {
        store<u8>(labels, <u8>label);
        add(points, dimensions, tally + old * (dimensions << 3), -1);
        add(points, dimensions, tally + label * (dimensions << 3), 1);
        store<f64>(counts + (old << 3), load<f64>(counts + (old << 3)) - 1);
        store<f64>(counts + (label << 3), load<f64>(counts + (label << 3)) + 1);
        store<f64>(total, load<f64>(total) + 1);
      }
    }
    points += dimensions << 3;
    labels++;
    upper += 8;
    lower += 8;
  }
}
